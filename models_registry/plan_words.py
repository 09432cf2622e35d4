"""A plan for many records in words: for its page, for the API and for keeping."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from models_registry.actions.many import Kind, Line, Verdict
from models_registry.queries.many import in_words, label_of

# The look of web.looks and the word of each verdict.
_VERDICTS = {
    Verdict.CHANGE: ("in_progress", gettext_lazy("Will change")),
    Verdict.ADD: ("open", gettext_lazy("New")),
    Verdict.SAME: ("not_applicable", gettext_lazy("Unchanged")),
    Verdict.REFUSED: ("rejected", gettext_lazy("Refused")),
    Verdict.CONFLICT: ("conflict", gettext_lazy("Changed meanwhile")),
}


def counts_of(verdicts: Iterable[str]) -> dict[str, int]:
    """How many lines there are of each verdict."""
    found = {verdict.value: 0 for verdict in Verdict}
    for verdict in verdicts:
        found[verdict] += 1
    return found


def told(kind: Kind, line: Line) -> dict[str, Any]:
    """One line as plain values."""
    record = line.record
    return {
        "row": line.wanted.row or None,
        "id": line.wanted.pk,
        "version": None if record is None else record.version,
        "name": _name(line),
        "verdict": line.verdict.value,
        "changes": [
            {
                "field": change.name,
                "label": label_of(kind.model, change.name),
                "old": in_words(kind.model, change.name, change.old),
                "new": in_words(kind.model, change.name, change.new),
            }
            for change in line.changes
        ],
        "problems": [
            {
                "field": problem.field,
                "label": label_of(kind.model, problem.field) if problem.field else "",
                "text": problem.text,
            }
            for problem in line.problems
        ],
    }


def _name(line: Line) -> str:
    if line.record is not None:
        reference = getattr(line.record, "reference", "")
        return f"{reference} {line.record}".strip()
    if line.wanted.pk is None:
        return str(line.wanted.values.get("name", ""))[:200] or _("New record")
    return _("No. %(number)s") % {"number": line.wanted.pk}


def for_page(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of ``told`` with the badge that a page shows."""
    return [
        {**line, "look": _VERDICTS[Verdict(line["verdict"])][0],
         "word": _VERDICTS[Verdict(line["verdict"])][1]}
        for line in lines
    ]  # fmt: skip
