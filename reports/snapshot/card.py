"""The snapshot of one revision of a model card."""

import datetime as dt
import json
from typing import Any

from django.utils.translation import gettext as _

from evaluations.card_numbers import Compared, card_numbers
from models_registry.history import history
from models_registry.models import CardRevision, ModelVersion
from models_registry.queries import systems_using
from models_registry.queries.cards import FieldTexts, card_fields, core_fields
from reports.card_shape import (
    CARD_SCHEMA,
    CardSnapshot,
    ChapterPart,
    CorePart,
    IdentityPart,
    NumberPart,
    PrintedCardPart,
    RevisionPart,
    StepPart,
)
from reports.models import Report
from reports.snapshot.parts import LANGUAGE, checkpoint_part
from reports.snapshot.system import problem_words, unit_names
from reports.snapshot.texts import moment, stamp, words

SIGNED = frozenset(
    f"models_registry.card.{step}"
    for step in ("review-asked", "reviewed", "sent-back", "published", "unpublished")
)


def freeze_card(report: Report, *, by: Any, at: dt.datetime) -> CardSnapshot:
    """What `by` may see of the card of `report` at `at`; the caller has sealed the ledger.

    The number of queries grows neither with the length of the card nor with its revisions.
    """
    card = _card(report.card_id, by)
    version = card.model_version
    units = unit_names(version.model.unit)
    others = list(
        version.cards.select_related("imported_by", "reviewed_by").defer("parsed", "extra")
    )
    return {
        "schema": CARD_SCHEMA,
        "report": {
            "number": report.reference,
            "definition": report.definition,
            "language": LANGUAGE,
            "as_of": stamp(at),
            "organisation": units[0] if units else "",
            "requested_by": words(by),
        },
        "identity": _identity(version, units, by),
        "card": _printed(card, others[0].number),
        "completeness": [_core(field) for field in core_fields(card)],
        "numbers": [_number(row) for row in card_numbers(by, card)],
        "revisions": [_revision(other, printed=other.pk == card.pk) for other in others],
        "steps": _steps(card),
        "checkpoint": checkpoint_part(),
    }


def _card(pk: int | None, by: Any) -> CardRevision:
    found: CardRevision = (
        CardRevision.objects.all()
        .visible_to(by)
        .select_related(
            "original",
            "imported_by",
            "model_version__registered_by",
            *(
                f"model_version__model__{name}"
                for name in ("unit", "owner", "developer", "validator", "approver")
            ),
        )
        .get(pk=pk)
    )
    return found


def _identity(version: ModelVersion, units: list[str], by: Any) -> IdentityPart:
    model = version.model
    systems = ", ".join(system.name for system in systems_using(by, model))
    facts = [
        [_("Kind"), words(model.get_model_type_display())],
        [_("Used in"), systems or _("no system that you may see")],
        [_("Vendor"), model.vendor],
        [_("Owner"), words(model.owner)],
        [_("Developer"), words(model.developer)],
        [_("Validator"), words(model.validator)],
        [_("Approver"), words(model.approver)],
        [_("Registered"), f"{stamp(version.created_at)[:10]}, {version.registered_by}"],
        [_("Source"), f"{version.source_system} {version.external_id}".strip()],
    ]
    return {
        "model": words(model),
        "version": version.number,
        "unit": " / ".join(units),
        "state": version.state,
        "facts": facts,
        "content_digest": version.content_digest or None,
        "artifact_set_digest": version.artifact_set_digest or None,
    }


def _printed(card: CardRevision, newest: int) -> PrintedCardPart:
    fields = card_fields(card)
    return {
        "key": card.key,
        "title": (card.texts("name") or [card.file_name])[0],
        "revision": card.number,
        "newest": newest,
        "state": card.state,
        "state_label": words(card.get_state_display()),
        "format": card.format_name,
        "original_name": card.file_name,
        "original_digest": card.digest,
        "original_size": card.original.size,
        "facts": [_chapter(field) for field in fields if field.short],
        "chapters": [_chapter(field) for field in fields if not field.short],
        "loose": [
            {"title": section["title"], "line": section["line"], "text": section["text"]}
            for section in card.sections
            if not section["fields"] and section["text"].strip()
        ],
        "left_over": json.dumps(card.extra, ensure_ascii=False, indent=1) if card.extra else "",
        "problems": [problem_words(found) for found in card.report.get("problems", [])],
    }


def _chapter(field: FieldTexts) -> ChapterPart:
    return {
        "label": words(field.label),
        "texts": field.texts,
        "elsewhere": [words(label) for label in field.elsewhere],
    }


def _core(field: Any) -> CorePart:
    return {"label": words(field.label), "why": words(field.why), "filled": field.filled}


def _number(row: Compared) -> NumberPart:
    found = row.found
    return {
        "name": row.said.name,
        "about": row.said.about,
        "line": row.said.line,
        "says": row.said.text,
        "estimate": found.estimate if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "n": found.n if found else None,
        "run": found.run.reference_number if found else "",
        "dataset": words(found.run.current) if found else "",
        "finished_at": moment(found.run.finished_at) if found else None,
        "outcome": row.outcome,
    }


def _revision(card: CardRevision, *, printed: bool) -> RevisionPart:
    return {
        "number": card.number,
        "state": card.state,
        "state_label": words(card.get_state_display()),
        "note": card.change_note,
        "written_at": stamp(card.created_at),
        "written_by": words(card.imported_by),
        "reviewed_by": words(card.reviewed_by),
        "completeness": card.completeness,
        "digest": card.digest,
        "printed": printed,
    }


def _steps(card: CardRevision) -> list[StepPart]:
    """Who reviewed and published it, or sent it back, as the ledger has it; oldest first."""
    return [
        {"what": words(e.what), "by": e.person, "at": stamp(e.at), "reason": e.reason}
        for e in reversed(history(card))
        if e.name in SIGNED
    ]
