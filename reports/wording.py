"""Sentences of a report, made from counts. Unknown is never worded as good."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.shape import AnswerPart, Snapshot

VERDICT_ORDER = ("fail", "error", "warn", "inconclusive", "unknown", "not_applicable", "pass")
FINE = frozenset({"pass", "not_applicable"})


def counted(verdict: str, n: int) -> str:
    """ "2 failed", "1 was inconclusive": a number of checks with their verdict."""
    words = {
        "pass": ngettext("%(n)d passed", "%(n)d passed", n),
        "warn": ngettext("%(n)d gave a warning", "%(n)d gave a warning", n),
        "fail": ngettext("%(n)d failed", "%(n)d failed", n),
        "inconclusive": ngettext("%(n)d was inconclusive", "%(n)d were inconclusive", n),
        "error": ngettext("%(n)d ended with an error", "%(n)d ended with an error", n),
        "unknown": ngettext("%(n)d has no result", "%(n)d have no result", n),
        "not_applicable": ngettext("%(n)d did not apply", "%(n)d did not apply", n),
    }
    return words[verdict] % {"n": n}


def answers_of(snapshot: Snapshot) -> list[AnswerPart]:
    """All answers in framework order."""
    return [a for f in snapshot["functions"] for c in f["categories"] for a in c["answers"]]


def verdict_sentence(snapshot: Snapshot) -> str:
    """The first sentence of the report: what stands against the system, or that nothing does."""
    against = [*_incidents(snapshot), *_checks(snapshot), *_answers(snapshot)]
    if against:
        return _("This system is not shown to be in order: %(reasons)s.") % {
            "reasons": "; ".join(against)
        }
    return _(
        "No incident is open, no check stands against this system, and every subcategory that "
        "applies is answered. Whether the answers are good enough is for the reader to judge."
    )


def _incidents(snapshot: Snapshot) -> list[str]:
    count = sum(1 for i in snapshot["incidents"] if i["open"])
    if not count:
        return []
    return [ngettext("%(n)d incident is open", "%(n)d incidents are open", count) % {"n": count}]


def _checks(snapshot: Snapshot) -> list[str]:
    counts = verdict_counts(snapshot)
    total = sum(counts.values())
    if not total - counts["not_applicable"]:
        return [_("no check was run")]
    against = [counted(v, counts[v]) for v in VERDICT_ORDER if counts[v] and v not in FINE]
    if not against:
        return []
    said = ngettext("of %(total)d check %(list)s", "of %(total)d checks %(list)s", total)
    return [said % {"total": total, "list": _enumerate(against)}]


def _answers(snapshot: Snapshot) -> list[str]:
    answers = answers_of(snapshot)
    missing = sum(1 for a in answers if not a["answered"])
    if snapshot["assessment"] is None:
        return [_("it was never assessed (%(total)d subcategories)") % {"total": len(answers)}]
    if not missing:
        return []
    return [
        ngettext(
            "%(n)d of %(total)d subcategories is not answered",
            "%(n)d of %(total)d subcategories are not answered",
            missing,
        )
        % {"n": missing, "total": len(answers)}
    ]


def _enumerate(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return _("%(list)s and %(last)s") % {"list": ", ".join(parts[:-1]), "last": parts[-1]}


def verdict_counts(snapshot: Snapshot) -> Counter[str]:
    """Verdicts of the latest run of each check."""
    return Counter(run["verdict"] for run in snapshot["runs"] if run["latest"])


def tally(counts: Counter[str]) -> str:
    """ "1 failed, 2 passed", worst first."""
    said = [counted(name, counts[name]) for name in VERDICT_ORDER if counts[name]]
    return ", ".join(said) or _("none was run")
