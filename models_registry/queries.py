"""Reads of more than one row."""

import difflib
import re
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise

from accounts.models import User
from models_registry.cards.report import SOURCES, problem_text
from models_registry.cards.vocabulary import BY_KEY, CORE
from models_registry.models import (
    AISystem,
    CardRevision,
    DatasetVersion,
    Model,
    ModelVersion,
)

SIMILAR = 0.8
_CANDIDATES = 200
_SHORT = 160


def systems_for_list(user: User) -> QuerySet[AISystem]:
    """Visible systems with what the list shows."""
    found: QuerySet[AISystem] = AISystem.objects.visible_to(user)
    return found.select_related("unit", "owner")


def versions_for_list(user: User) -> QuerySet[ModelVersion]:
    """Visible versions with model, unit and the completeness of their latest card."""
    latest = CardRevision.objects.filter(model_version=OuterRef("pk")).order_by("-number")
    found: QuerySet[ModelVersion] = ModelVersion.objects.visible_to(user)
    return found.select_related("model__unit", "registered_by").annotate(
        completeness=Subquery(latest.values("completeness")[:1])
    )


def versions_of(user: User, system: AISystem) -> QuerySet[ModelVersion]:
    """Visible versions of the models that ``system`` uses, newest first."""
    return versions_for_list(user).filter(model__uses__system=system)


def datasets_for_list(user: User) -> QuerySet[DatasetVersion]:
    """Visible tables without their profiles, which can be long."""
    found: QuerySet[DatasetVersion] = DatasetVersion.objects.visible_to(user)
    return found.select_related("unit", "uploaded_by", "file").defer("profile")


def similar_systems(user: User, name: str, *, limit: int = 5) -> list[AISystem]:
    """Visible systems whose names look like ``name``, most alike first.

    Candidates share a word of three letters or more; likeness is difflib's ratio over the sorted
    words, so that “Credit scoring” meets “Scoring of credit”.
    """
    words = {word for word in re.findall(r"\w+", name.casefold()) if len(word) > 2}
    if not words:
        return []
    sharing = Q()
    for word in sorted(words, key=len, reverse=True)[:6]:
        sharing |= Q(name__icontains=word)
    candidates = systems_for_list(user).filter(sharing)[:_CANDIDATES]
    scored = [(_likeness(name, system.name), system) for system in candidates]
    alike = sorted((pair for pair in scored if pair[0] >= SIMILAR), key=lambda pair: -pair[0])
    return [system for _score, system in alike[:limit]]


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(a=_sorted_words(one), b=_sorted_words(other)).ratio()


def _sorted_words(text: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", text.casefold())))


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
        for part in stored.get(key, []):
            place = (part["source"], part["line"])
            if key != "name" and part["source"] == "section" and place in shown:
                elsewhere.append(shown[place])
            elif part["text"] not in texts:
                texts.append(part["text"])
                shown.update({} if key == "name" else {place: field.label})
        if texts or elsewhere:
            found.append(FieldTexts(field.label, texts, elsewhere))
    return found


def card_of(version: ModelVersion, number: str | None) -> CardRevision | None:
    """The revision of that number, or the latest one."""
    cards: QuerySet[CardRevision] = version.cards.select_related("imported_by", "original")
    if number and number.isdecimal() and len(number) < 9:
        return cards.filter(number=int(number)).first()
    return cards.first()


def systems_using(user: User, model: Model) -> QuerySet[AISystem]:
    """Visible systems that use ``model``."""
    return systems_for_list(user).filter(uses__model=model)


def datasets_of(user: User, version: ModelVersion) -> QuerySet[DatasetVersion]:
    """Visible tables that belong to ``version``."""
    return datasets_for_list(user).filter(uses__model_version=version)


def versions_using(user: User, dataset: DatasetVersion) -> QuerySet[ModelVersion]:
    """Visible versions that ``dataset`` belongs to."""
    return versions_for_list(user).filter(dataset_uses__dataset=dataset)


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
