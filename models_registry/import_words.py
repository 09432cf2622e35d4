"""The plan and the report of an import as plain values, to keep and to show."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from models_registry.actions.import_plan import CARD, IMPORTED, Planned
from models_registry.cards.report import problem_text
from models_registry.importing.manifest import USE, VERSION, Manifest
from models_registry.plan_words import told

LONGEST = 300
_MOST_NAMED = 40


def plan_told(planned: Sequence[Planned], manifest: Manifest) -> dict[str, Any]:
    """A plan as JSON data: its lines, how many there are of each verdict, what was left out."""
    lines = [line_told(one) for one in planned]
    return {
        "lines": lines,
        "counts": dict(Counter(line["verdict"] for line in lines)),
        "left_out": [{"place": out.place, "text": out.text} for out in manifest.left_out],
        "notes": manifest.notes,
    }


def line_told(planned: Planned) -> dict[str, Any]:
    """One line: the words of ``plan_words.told`` with where it came from and what its card says.

    ``kept`` names what has no field here and stays in the original.
    """
    entry = planned.entry
    found = told(IMPORTED[entry.kind], planned.line)
    for change in found["changes"]:
        if change["field"] == CARD:
            change["label"] = _("Model card")
        change["old"], change["new"] = change["old"][:LONGEST], change["new"][:LONGEST]
    for problem in found["problems"]:
        problem["label"] = _("Model card") if problem["field"] == CARD else problem["label"]
    if planned.line.record is None:
        found["name"] = _name(planned) or found["name"]
    return {
        **found,
        "kind": entry.kind,
        "key": entry.key,
        "external_id": entry.external_id,
        "place": entry.place,
        "kept": list(entry.kept),
        "card": _card(planned),
    }


def _name(planned: Planned) -> str:
    entry = planned.entry
    if entry.kind == USE:
        return entry.key
    if entry.kind == VERSION:
        number = entry.values.get("number") or entry.initial.get("number") or ""
        return f"{entry.model} {number}".strip() or entry.key
    return ""


def _card(planned: Planned) -> dict[str, Any] | None:
    """What became of the parts of a card."""
    card = planned.card
    if card is None:
        return None
    return {
        "format": card.format,
        "completeness": card.completeness,
        "mapped": len(card.report.mapped),
        "kept": [str(part["label"])[:100] for part in card.report.kept[:_MOST_NAMED]],
        "kept_count": len(card.report.kept),
        "problems": [
            _("Line %(line)s: %(text)s") % {"line": p["line"], "text": problem_text(p)}
            for p in card.report.problems[:_MOST_NAMED]
        ],
    }


def changed_lines(shown: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> list[int]:
    """Which of the lines that were to be written would be written otherwise now."""
    return [
        n
        for n, (old, new) in enumerate(zip(shown, now, strict=True))
        if is_ready(old) and any(old[k] != new[k] for k in ("key", "verdict", "version", "changes"))
    ]


def is_ready(line: dict[str, Any]) -> bool:
    """Whether applying the plan writes this line."""
    return line["verdict"] in ("add", "change")
