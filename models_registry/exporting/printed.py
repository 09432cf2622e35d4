"""What the printed card shows of data without a field, and what it leaves out.

A bill of materials may hold pictures of megabytes as text. Such values are printed by their
beginning, and named: the card's file is where they are whole.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from models_registry.cards.json_tree import pointer
from models_registry.cards.yaml_tree import Path
from models_registry.exporting.record import EXTRA, FIGURES, CardRecord, Loss

LONGEST_VALUE = 400  # characters
MOST_LINES = 400
_NAMED = 10

_FIGURES = gettext_lazy(
    "Printed with name and value; task, dataset and interval only where a check knows the metric."
)


@dataclass(frozen=True)
class PrintedExtra:
    """``text`` is JSON to read; ``shortened`` names the values that are cut in it."""

    text: str
    shortened: list[str]
    lines_left_out: int

    @property
    def told(self) -> str:
        """What is not printed, in words, or nothing."""
        said = []
        if self.shortened:
            names = ", ".join(self.shortened[:_NAMED])
            more = " …" if len(self.shortened) > _NAMED else ""
            said.append(_("Printed by its beginning only: %(names)s.") % {"names": names + more})
        if self.lines_left_out:
            found = self.lines_left_out
            text = ngettext("%(n)s line is not printed.", "%(n)s lines are not printed.", found)
            said.append(text % {"n": found})
        return " ".join([*said, _("The card's file has all of it.")]) if said else ""


def printed_extra(extra: dict[str, Any]) -> PrintedExtra:
    """``extra`` as it is printed. The same data always gives the same text."""
    shortened: list[str] = []
    lines = json.dumps(_short(extra, (), shortened), ensure_ascii=False, indent=1).split("\n")
    left_out = max(0, len(lines) - MOST_LINES)
    text = "\n".join([*lines[:MOST_LINES], *(["…"] if left_out else [])]) if extra else ""
    return PrintedExtra(text, shortened, left_out)


def losses_in_print(record: CardRecord) -> list[Loss]:
    """What the printed card leaves out of the card."""
    told = printed_extra(record.card.extra).told
    losses = [Loss(EXTRA, told, lost=True)] if told else []
    if any(f["task"] or f["dataset"] or f.get("low") for f in record.card.figures):
        losses.append(Loss(FIGURES, _FIGURES))
    return losses


def _short(value: Any, path: Path, shortened: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _short(inner, (*path, key), shortened) for key, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner, (*path, n), shortened) for n, inner in enumerate(value)]
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        shortened.append(f"{path[0]}{pointer(path[1:])}")
        return value[:LONGEST_VALUE] + _("… (%(n)s characters)") % {"n": len(value)}
    return value
