"""A snapshot as a document: what the section templates need, computed from nothing else."""

import statistics
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext_lazy

from ledger.canonical import canonical, sha256_hex
from reports.card_shape import CARD_SCHEMA, CardSnapshot
from reports.card_wording import card_context
from reports.shape import FunctionPart, Snapshot
from reports.signing.order import SEATS
from reports.wording import answers_of, tally, verdict_counts, verdict_sentence

AnySnapshot = Snapshot | CardSnapshot

# Styles of the page do not reach into a drawing: its face is named in the drawing itself.
CHART_FACE = ' font-family="sans-serif"'
PRINT_FACE = ' font-family="Assay Text, DejaVu Sans, sans-serif"'


@dataclass(frozen=True)
class Section:
    """One numbered part: `key` is its anchor, `template` serves the page and the print alike.

    In print a section that `joins` is laid out together with the one before it. The
    `lead` says in a sentence what the section answers to.
    """

    key: str
    title: Any
    file: str = ""
    joins: bool = False
    lead: Any = ""

    @property
    def template(self) -> str:
        return f"reports/sections/{self.file or self.key}.html"


SECTIONS = (
    Section("summary", gettext_lazy("Summary")),
    Section("system", gettext_lazy("The system and its model versions")),
    Section("card", gettext_lazy("Model card")),
    Section("checks", gettext_lazy("Check results")),
    Section("incidents", gettext_lazy("Incidents")),
    Section("assessment", gettext_lazy("Assessment")),
    Section("evidence", gettext_lazy("Evidence index")),
    Section("limits", gettext_lazy("Limits of this report and sign-off")),
    Section("checkpoint", gettext_lazy("Ledger checkpoint")),
)
APPLICABILITY_SECTIONS = (
    Section("applicability", gettext_lazy("What applies, and why")),
    Section("evidence", gettext_lazy("Evidence index")),
    Section("limits", gettext_lazy("Limits of this report and sign-off")),
    Section("checkpoint", gettext_lazy("Ledger checkpoint")),
)
# The points of Annex IV of Regulation (EU) 2024/1689, in our words; which record answers which.
TECHNICAL_SECTIONS = (
    Section(
        "system",
        gettext_lazy("General description"),
        lead=gettext_lazy(
            "Annex IV point 1: purpose, provider, versions. Not on record here: hardware, user "
            "interface and instructions for use."
        ),
    ),
    Section(
        "card",
        gettext_lazy("Elements and development"),
        lead=gettext_lazy(
            "Annex IV point 2: how the model was made, its data and its limits, as its card says."
        ),
    ),
    Section(
        "checks",
        gettext_lazy("Functioning and measured performance"),
        lead=gettext_lazy(
            "Annex IV points 3 and 4: what the system can do, for whom it does worse, and by "
            "which measures that is told."
        ),
    ),
    Section(
        "risks",
        gettext_lazy("Risk management"),
        lead=gettext_lazy("Annex IV point 5: known risks, how they are met, and what is left."),
    ),
    Section(
        "applicability",
        gettext_lazy("Frameworks applied"),
        lead=gettext_lazy(
            "Annex IV points 6 to 8: the framework that was applied and how far. Not on record "
            "here: harmonised standards in full and the EU declaration of conformity; attach them."
        ),
    ),
    Section(
        "incidents",
        gettext_lazy("Monitoring after placing on the market"),
        lead=gettext_lazy("Annex IV point 9: what was found in use and what was done about it."),
    ),
    Section("evidence", gettext_lazy("Evidence index")),
    Section("limits", gettext_lazy("Limits of this report and sign-off")),
    Section("checkpoint", gettext_lazy("Ledger checkpoint")),
)
OF_DEFINITION = {
    "rmf-system": SECTIONS,
    "applicability": APPLICABILITY_SECTIONS,
    "technical-documentation": TECHNICAL_SECTIONS,
}
CARD_SECTIONS = (
    Section("identity", gettext_lazy("Which model and version"), "card_identity"),
    Section("words", gettext_lazy("What the card says"), "card_words", joins=True),
    Section(
        "completeness", gettext_lazy("How complete the card is"), "card_completeness", joins=True
    ),
    Section("numbers", gettext_lazy("Numbers held against checks"), "card_numbers", joins=True),
    Section("revisions", gettext_lazy("Revisions"), "card_revisions", joins=True),
    Section("signoff", gettext_lazy("Reviews and sign-off"), "card_signoff", joins=True),
    Section("checkpoint", gettext_lazy("Digest and ledger checkpoint"), joins=True),
)


@dataclass(frozen=True)
class Coverage:
    """How far the answers of one function go. `median` is None while nothing has a level."""

    key: str
    title: str
    total: int
    applies: int
    answered: int
    missing: int
    excluded: int
    levels: tuple[int, ...]
    unrated: int
    median: float | None


def coverage(function: FunctionPart) -> Coverage:
    """Count the answers of one function; the median is over answers that carry a level."""
    answers = [a for c in function["categories"] for a in c["answers"]]
    levels = [
        a["level"] for a in answers if a["answered"] and a["applies"] and a["level"] is not None
    ]
    missing = sum(1 for a in answers if not a["answered"])
    excluded = sum(1 for a in answers if a["answered"] and not a["applies"])
    return Coverage(
        key=function["key"],
        title=function["title"],
        total=len(answers),
        applies=len(answers) - excluded,
        answered=len(answers) - missing,
        missing=missing,
        excluded=excluded,
        levels=tuple(levels.count(level) for level in range(5)),
        unrated=len(answers) - missing - excluded - len(levels),
        median=statistics.median(levels) if levels else None,
    )


def answer_anchor(key: str) -> str:
    """The fragment of an answer: "MEASURE 2.4" becomes "measure-2-4"."""
    return key.lower().replace(" ", "-").replace(".", "-")


def context(snapshot: AnySnapshot) -> dict[str, Any]:
    """The context of every section template. Pure: the same snapshot gives the same context."""
    if snapshot["schema"] == CARD_SCHEMA:
        made = card_context(cast(CardSnapshot, snapshot))
        shared = {"sections": CARD_SECTIONS, "digest": digest_of(snapshot), "seats": SEATS}
        return {**made, **shared}
    return _system_context(cast(Snapshot, snapshot))


def _system_context(snapshot: Snapshot) -> dict[str, Any]:
    answers = answers_of(snapshot)
    definition = snapshot["report"]["definition"]
    sections = OF_DEFINITION.get(definition, SECTIONS)
    without = snapshot["report"].get("left_out", [])
    printed = tuple(section for section in sections if section.key not in without)
    latest = [r for r in snapshot["runs"] if r["latest"]]
    open_incidents = [i for i in snapshot["incidents"] if i["open"]]
    return {
        "s": snapshot,
        "sections": printed,
        "left_out": [section.title for section in sections if section not in printed],
        "kind": _KINDS[definition]["kind"],
        "cover": "reports/print/cover.html",
        "system_name": snapshot["system"]["name"],
        "digest": digest_of(snapshot),
        "seats": SEATS,
        "title": str(_KINDS[definition]["title"]) % {"name": snapshot["system"]["name"]},
        "verdict": verdict_sentence(snapshot),
        "tone": "fail" if _bad(snapshot) else "unknown",
        "checks_said": tally(verdict_counts(snapshot)),
        "latest_runs": latest,
        "shown_runs": latest,
        "ends": True,
        "functions": snapshot["functions"],
        "items": snapshot["evidence"],
        "before_items": 0,
        "continued": False,
        "open_incidents": open_incidents,
        "closed_incidents": [i for i in snapshot["incidents"] if not i["open"]],
        "answered": sum(1 for a in answers if a["answered"]),
        "excluded": sum(1 for a in answers if a["answered"] and not a["applies"]),
        "missing": [a for a in answers if not a["answered"]],
        "total": len(answers),
        "coverages": [coverage(f) for f in snapshot["functions"]],
    }


_KINDS: dict[str, dict[str, Any]] = {
    "rmf-system": {
        "kind": gettext_lazy("AI risk management report"),
        "title": gettext_lazy("AI RMF system report: %(name)s"),
    },
    "applicability": {
        "kind": gettext_lazy("Statement of applicability"),
        "title": gettext_lazy("Statement of applicability: %(name)s"),
    },
    "technical-documentation": {
        "kind": gettext_lazy("Technical documentation, in the order of Annex IV"),
        "title": gettext_lazy("Technical documentation: %(name)s"),
    },
}


def _bad(snapshot: Snapshot) -> bool:
    return any(i["open"] for i in snapshot["incidents"]) or bool(verdict_counts(snapshot)["fail"])


def digest_of(snapshot: AnySnapshot) -> str:
    """SHA-256 of the canonical JSON of `snapshot`; printed on the cover and in every footer."""
    return sha256_hex(canonical(snapshot))
