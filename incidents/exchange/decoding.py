"""From bytes to plain data, within limits. Every refusal says what to do."""

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards import yaml_tree

MAX_BYTES = 8_000_000
MAX_DEPTH = 40
MAX_LINES = 10_000

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Repeated:
    """A key that stood twice in one table; the first value counts, this one is kept aside."""

    key: str
    value: Any


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with or without byte order mark.

    Raises ``Refused`` when it is empty, too large or not UTF-8 text.
    """
    if len(data) > MAX_BYTES:
        raise refused(
            _("The file is larger than 8 MB. Split it and import the parts."), "too-large"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("Byte %(byte)s is not UTF-8. Save the file as UTF-8 and import it again.")
        raise refused(message % {"byte": error.start + 1}, "encoding") from error
    if not text.strip():
        raise refused(_("The file is empty. Choose the file that holds the report."), "empty")
    if "\x00" in text:
        raise refused(_("The file holds NUL characters, so it is no text."), "binary")
    return text


def load_json(text: str) -> tuple[Any, list[Repeated]]:
    """One JSON document as plain data, and the keys that stood twice.

    Raises ``Refused`` for broken JSON, NaN, numbers without end, deep nesting and characters that
    no database keeps.
    """
    repeated: list[Repeated] = []

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                repeated.append(Repeated(key, value))
            else:
                found[key] = value
        return found

    try:
        value = json.loads(
            text, object_pairs_hook=table, parse_constant=_refuse_constant, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        said = _("This is not valid JSON (%(problem)s). Correct the file and import it again.")
        raise refused(said % {"problem": str(error)[:200]}, "json") from error
    check(value)
    check([(one.key, one.value) for one in repeated])
    return value, repeated


def load_yaml(text: str) -> Any:
    """One YAML document as plain data; nothing is ever constructed. Raises ``Refused``."""
    try:
        tree = yaml_tree.load(text, 1)
    except Refused as error:
        # The reader of model cards ends its sentence with what to do with a card.
        raise refused(error.message.replace("the card again", "it again"), error.code) from error
    return tree.data


def check(value: Any) -> None:
    """Raise ``Refused`` for what cannot be stored: depth, NUL, half surrogate pairs."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise refused(_("The document is nested deeper than 40 levels."), "too-deep")
        if isinstance(item, str) and _UNSTORABLE.search(item):
            raise refused(_("A text holds NUL or half a surrogate pair."), "binary")
        if isinstance(item, dict):
            waiting += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list | tuple):
            waiting += [(part, depth + 1) for part in item]


def refused(message: str, code: str) -> Refused:
    """The refusal of a file, shown at the field of the file."""
    return Refused(message, code=code, field="uploads", status=413 if code == "too-large" else 422)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is no number that can be kept")
    return value
