"""The system, its organisation and the versions of its models."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from models_registry.cards.report import problem_text
from models_registry.cards.vocabulary import CORE
from models_registry.models import AISystem, CardRevision, ModelVersion
from reports.shape import CardPart, CardSection, EvidencePart, SystemPart, VersionPart
from reports.snapshot.texts import moment, stamp, words


def unit_names(unit: Unit) -> list[str]:
    """The names of the unit and of all units above it, from the top; one query."""
    ids = [int(part) for part in (unit.path or "").split("/") if part]
    names: dict[int, str] = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [names[pk] for pk in ids if pk in names]


def system_part(system: AISystem, units: list[str]) -> SystemPart:
    """What is recorded about the system itself."""
    return {
        "key": system.key,
        "name": system.name,
        "unit": " / ".join(units),
        "purpose": system.purpose,
        "facts": [
            [_("Number"), system.reference],
            [_("State"), words(system.get_state_display())],
            [_("Owner"), words(system.owner)],
            [_("Part in decisions"), words(system.get_decision_role_display())],
            [_("People affected"), system.people_affected],
            [_("Tier"), words(system.get_tier_display())],
            [_("Reason for the tier"), system.tier_reason],
        ],
        "registered_at": stamp(system.created_at),
        "registered_by": "",
    }


def versions_of(system: AISystem, by: Any) -> list[ModelVersion]:
    """Versions of the models the system uses that `by` may see, newest first."""
    found = ModelVersion.objects.all().visible_to(by).of_system(system)
    return list(found.select_related("model", "registered_by").order_by("-created_at", "-pk"))


def version_part(version: ModelVersion) -> VersionPart:
    """One model version."""
    return {
        "key": version.key,
        "model": words(version.model),
        "version": version.number,
        "state": version.state,
        "digest": version.content_digest or None,
        "registered_at": stamp(version.created_at),
        "registered_by": words(version.registered_by),
        "in_use": None,
    }


def newest_card(versions: list[ModelVersion]) -> CardRevision | None:
    """The last card revision of the newest version that has a card."""
    found = CardRevision.objects.filter(model_version__in=[v.pk for v in versions])
    cards = list(
        found.select_related("model_version__model", "original", "imported_by").order_by(
            "-model_version__created_at", "-model_version", "-number"
        )[:1]
    )
    return cards[0] if cards else None


def card_part(card: CardRevision) -> CardPart:
    """The card with its text verbatim and what its reading left open."""
    filled = [f for f in CORE if any(t.strip() for t in card.texts(f.key))]
    return {
        "key": card.key,
        "version": words(card.model_version),
        "revision": card.number,
        "state": card.model_version.state,
        "title": (card.texts("name") or [card.file_name])[0],
        "updated_at": stamp(card.created_at),
        "sections": _sections(card),
        "filled": len(filled),
        "expected": len(CORE),
        "missing": [words(f.label) for f in CORE if f not in filled],
        "original_name": card.file_name,
        "original_digest": card.digest,
        "original_size": card.original.size,
        "warnings": [problem_words(p) for p in card.report.get("problems", [])],
    }


def _sections(card: CardRevision) -> list[CardSection]:
    """Markdown sections as they stand in the file; front matter as a list of its fields."""
    front = [
        f"- **{words(field.label)}**: {text}"
        for field in CORE
        for text in _front_texts(card, field.key)
    ]
    found = [s for s in card.sections if s.get("title") or s.get("text", "").strip()]
    head: list[CardSection] = []
    if front:
        text = "\n".join(front)
        head = [{"key": "front", "title": _("Front matter"), "text": text, "opens": False}]
    return head + [
        _section(f"section-{number}", section, below)
        for number, (section, below) in enumerate(zip(found, [*found[1:], None], strict=True), 1)
    ]


def _section(key: str, section: dict[str, Any], below: dict[str, Any] | None) -> CardSection:
    text = section.get("text", "").strip()
    deeper = below is not None and below.get("level", 0) > section.get("level", 0)
    return {
        "key": key,
        "title": section.get("title") or _("Introduction"),
        "text": text,
        "opens": not text and deeper,
    }


def _front_texts(card: CardRevision, key: str) -> list[str]:
    fields: dict[str, list[dict[str, Any]]] = card.parsed.get("fields", {})
    return [found["text"] for found in fields.get(key, []) if found.get("source") == "front"]


def problem_words(found: dict[str, Any]) -> str:
    """A problem of an import with its line, as a sentence."""
    said, line = problem_text(found), found.get("line")
    return _("Line %(line)s: %(said)s") % {"line": line, "said": said} if line else said


def card_evidence(card: CardRevision) -> EvidencePart:
    """The imported file."""
    return {
        "kind": _("model card, original"),
        "title": card.file_name,
        "source": words(card.model_version),
        "digest": card.digest,
        "size": card.original.size,
        "recorded_at": moment(card.created_at),
    }
