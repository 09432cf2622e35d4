"""What the patchers of all formats share."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.vocabulary import BY_KEY

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LONGEST = 200_000


@dataclass(frozen=True)
class Edit:
    """Replacements (start, end, text) in the raw text, in order and apart from each other.

    ``low`` up to ``high`` are the lines of the sections that they touch; the number of sections
    may change by one of ``sections``.
    """

    pieces: tuple[tuple[int, int, str], ...]
    low: int = 0
    high: int = 0
    sections: frozenset[int] = field(default=frozenset({0}))


def splice(raw: str, edit: Edit) -> str:
    """``raw`` with the replacements made."""
    for start, end, text in sorted(edit.pieces, reverse=True):
        raw = raw[:start] + text + raw[end:]
    return raw


def line_starts(raw: str) -> list[int]:
    """Where each line starts, and after the last one the end of the text."""
    starts = [found.start() for found in _LINE.finditer(raw)]
    if not raw or raw[-1] in "\r\n":
        starts.append(len(raw))  # the empty line after the last line end
    return [*starts, len(raw)]


def newline_of(raw: str) -> str:
    """The line end that the text uses first."""
    found = re.search(r"\r\n|\r|\n", raw)
    return found[0] if found else "\n"


def clean(text: str, key: str) -> str:
    """``text`` with plain line ends and without blank edges. Raises ``Refused``."""
    if len(text) > LONGEST or _UNSTORABLE.search(text):
        raise Refused(
            _("A text holds at most %(limit)s characters, all of them printable.")
            % {"limit": LONGEST},
            code="unpatchable",
            field=key,
        )
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return plain if plain.strip() else ""


def unpatchable(key: str) -> Refused:
    """The refusal for a text that would change more than its own place."""
    return Refused(
        _(
            "“%(field)s” cannot be changed here without changing other parts of the card. Write "
            "headings inside the text as bold lines, close code blocks, keep short fields to one "
            "line, or edit the file and import it again."
        )
        % {"field": BY_KEY[key].label},
        code="unpatchable",
        field=key,
    )
