"""Reading request bodies from strangers."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from ledger.errors import Refused

MAX_JSON_BYTES = 2 * 1024 * 1024
MAX_JSON_DEPTH = 60


class StrictJSONParser(BaseParser):
    """UTF-8 JSON without NaN, lone surrogates, NUL characters, or deep nesting."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        data = stream.read(MAX_JSON_BYTES + 1)
        if len(data) > MAX_JSON_BYTES:
            raise Refused(
                _("The request is larger than 2 MB. Send files as multipart."),
                code="too-large",
                status=413,
            )
        try:
            value = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not valid JSON: %s") % error) from error
        _check(value, 0)
        return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check(value: Any, depth: int) -> None:
    if depth > MAX_JSON_DEPTH:
        raise ParseError(_("The JSON is nested deeper than 60 levels."))
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError(_("Text must not hold NUL characters."))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ParseError(_("Text must not hold lone surrogates.")) from error
