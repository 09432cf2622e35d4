"""Reads of AI systems."""

import difflib
import re
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from models_registry.intake import in_words, tiering_of
from models_registry.models import (
    AISystem,
    Model,
)

SIMILAR = 0.8
_CANDIDATES = 200


def systems_for_list(user: User) -> QuerySet[AISystem]:
    """Visible systems with what the list shows."""
    found: QuerySet[AISystem] = AISystem.objects.visible_to(user)
    return found.select_related("unit", "owner")


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


def systems_named(user: User, text: str) -> QuerySet[AISystem]:
    """Visible systems of that number (``12``, ``SYS-0012``), or whose name holds ``text``."""
    found: QuerySet[AISystem] = AISystem.objects.visible_to(user).order_by()
    number = text.strip().upper().removeprefix("SYS-")
    if number.isdecimal() and len(number) < 10:
        return found.filter(Q(pk=int(number)) | Q(name__icontains=text.strip()))
    return found.filter(name__icontains=text.strip())


def systems_using(user: User, model: Model) -> QuerySet[AISystem]:
    """Visible systems that use ``model``."""
    return systems_for_list(user).filter(uses__model=model)


def tier_context(system: AISystem) -> dict[str, Any]:
    """What pages show of the tier: the tiering of the intake, its answers, whether it was
    overridden."""
    return {
        "tiering": tiering_of(system.intake),
        "intake_answers": list(in_words(system.intake).values()),
        "overridden": system.tier_computed is not None and system.tier != system.tier_computed,
    }


def duplicates_around(user: User, system: AISystem) -> dict[str, Any]:
    """The system that ``system`` is a duplicate of and those marked as its duplicates, as far as
    ``user`` may see them; one query."""
    near = Q(duplicate_of=system)
    if system.duplicate_of_id is not None:
        near |= Q(pk=system.duplicate_of_id)
    found = list(systems_for_list(user).filter(near))
    return {
        "is_duplicate": system.duplicate_of_id is not None,
        "kept_system": next((s for s in found if s.pk == system.duplicate_of_id), None),
        "duplicates": [s for s in found if s.pk != system.duplicate_of_id],
    }
