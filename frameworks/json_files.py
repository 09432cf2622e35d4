"""JSON files of strangers: limits, and sentences that say what is wrong."""

import json
import re
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _

from ledger.errors import Refused

MAX_BYTES = 10 * 1024 * 1024
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{\]}]')


def read_limited(stream: IO[bytes]) -> bytes:
    """At most one byte more than a file may have, so that no huge file enters memory."""
    return stream.read(MAX_BYTES + 1)


def read_json(data: bytes, *, depth: int, code: str = "broken-file") -> Any:
    """Parse UTF-8 JSON that nests no deeper than ``depth``.

    Raises Refused at the field ``file`` for anything else, with the line where it breaks.
    """
    if len(data) > MAX_BYTES:
        _refuse(_("The file is larger than 10 MB."), code)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(_("The file is not UTF-8 text. Take the JSON file as it was published."), code)
    if _too_deep(text, depth):
        # The parser would use the call stack for it.
        _refuse(_("The file is nested too deeply to be what it should be."), code)
    try:
        return json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        where = getattr(error, "lineno", 1)
        _refuse(_("The file is not JSON: line %(line)d cannot be read.") % {"line": where}, code)


def is_storable(text: str) -> bool:
    """Neither a NUL (PostgreSQL refuses it) nor half a surrogate pair (no UTF-8 for it)."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse(message: str, code: str) -> NoReturn:
    raise Refused(message, code=code, field="file")


def _too_deep(text: str, most: int) -> bool:
    depth = 0
    for mark in _MARK.finditer(text):
        sign = mark.group()
        if sign in "[{":
            depth += 1
            if depth > most:
                return True
        elif sign in "]}":
            depth -= 1
    return False
