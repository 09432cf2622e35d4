"""What the pages of a card show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from models_registry.cards.report import SOURCES, problem_text
from models_registry.cards.vocabulary import BY_KEY, CORE
from models_registry.cards.wording import is_filled
from models_registry.models import (
    CardRevision,
    ModelVersion,
)

_SHORT = 160


@dataclass(frozen=True)
class CoreField:
    """One line of the completeness meter."""

    key: str
    label: str | Promise
    why: str | Promise
    filled: bool


def core_fields(card: CardRevision) -> list[CoreField]:
    """The core fields of a card, each with whether it is filled and why that matters."""
    filled: dict[str, bool] = card.report.get("filled", {})
    return [CoreField(f.key, f.label, f.why, filled.get(f.key, False)) for f in CORE]


@dataclass(frozen=True)
class FieldTexts:
    """A merged field with what the card says under it.

    ``elsewhere`` names fields under which the same sections are shown already.
    """

    label: str | Promise
    texts: list[str]
    elsewhere: list[str | Promise]

    @property
    def short(self) -> bool:
        """Whether a line in a list of facts is enough for it."""
        return sum(len(text) for text in self.texts) <= _SHORT and not any(
            "\n" in text for text in self.texts
        )


def card_fields(card: CardRevision) -> list[FieldTexts]:
    """The merged fields that the card fills, in the order of the vocabulary, nothing twice."""
    stored: dict[str, list[dict[str, Any]]] = card.parsed.get("fields", {})
    shown: dict[tuple[str, int], str | Promise] = {}
    found = []
    for key, field in BY_KEY.items():
        texts: list[str] = []
        elsewhere: list[str | Promise] = []
        for part in filter(_says_something, stored.get(key, [])):
            place = (part["source"], part["line"])
            if key != "name" and part["source"] == "section" and place in shown:
                elsewhere.append(shown[place])
            elif part["text"] not in texts:
                texts.append(part["text"])
                shown.update({} if key == "name" else {place: field.label})
        if texts or elsewhere:
            found.append(FieldTexts(field.label, texts, elsewhere))
    return found


def _says_something(part: dict[str, Any]) -> bool:
    return is_filled(part["text"])


def card_of(version: ModelVersion, number: str | None) -> CardRevision | None:
    """The revision of that number, or the latest one."""
    cards: QuerySet[CardRevision] = version.cards.select_related("imported_by", "original")
    if number and number.isdecimal() and len(number) < 9:
        return cards.filter(number=int(number)).first()
    return cards.first()


def card_context(card: CardRevision) -> dict[str, Any]:
    """What the page of a card shows."""
    core, fields = core_fields(card), card_fields(card)
    return {
        "core": core,
        "core_filled": sum(field.filled for field in core),
        "missing": [field for field in core if not field.filled],
        "facts": [field for field in fields if field.short],
        "chapters": [field for field in fields if not field.short],
        "kept": [
            {**kept, "source": SOURCES.get(kept["source"], kept["source"])}
            for kept in card.report.get("kept", [])
        ],
        "mapped": [
            {
                **mapped,
                "source": SOURCES.get(mapped["source"], mapped["source"]),
                "field": BY_KEY[mapped["field"]].label,
            }
            for mapped in card.report.get("mapped", [])
        ],
        "problems": [
            {"line": problem["line"], "text": problem_text(problem)}
            for problem in card.report.get("problems", [])
        ],
    }


def card_export(card: CardRevision) -> dict[str, Any]:
    """A card as JSON data: identity, merged record, unread front matter, report."""
    return {
        "model": card.model_version.model.name,
        "version": card.model_version.number,
        "revision": card.number,
        "format": card.format,
        "original": {"file_name": card.file_name, "sha256": card.digest},
        "completeness": card.completeness,
        **card.parsed,
        "extra": card.extra,
        "report": card.report,
    }
