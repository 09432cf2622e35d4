"""Reads of more than one row."""

from models_registry.queries.cards import (
    CoreField,
    FieldTexts,
    card_context,
    card_export,
    card_fields,
    card_of,
    core_fields,
)
from models_registry.queries.datasets import datasets_for_list, datasets_of
from models_registry.queries.systems import (
    SIMILAR,
    duplicates_around,
    similar_systems,
    systems_for_list,
    systems_using,
    tier_context,
)
from models_registry.queries.versions import versions_for_list, versions_of, versions_using

__all__ = [
    "SIMILAR",
    "CoreField",
    "FieldTexts",
    "card_context",
    "card_export",
    "card_fields",
    "card_of",
    "core_fields",
    "datasets_for_list",
    "datasets_of",
    "duplicates_around",
    "similar_systems",
    "systems_for_list",
    "systems_using",
    "tier_context",
    "versions_for_list",
    "versions_of",
    "versions_using",
]
