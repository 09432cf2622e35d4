"""Reference data: frameworks, crosswalks, profiles, obligations, and what people import."""

from frameworks.models.catalogue import (
    LANGUAGE,
    CatalogueQuerySet,
    Framework,
    FrameworkVersion,
    Node,
    NodeText,
    TextSource,
)
from frameworks.models.changes import MigrationSet, NodeChange
from frameworks.models.crosswalks import Mapping, MappingSet
from frameworks.models.imports import FrameworkImport
from frameworks.models.obligations import Obligation, ObligationPack
from frameworks.models.profiles import Profile, ProfileItem, ProfileRisk, SuggestedAction

__all__ = [
    "LANGUAGE",
    "CatalogueQuerySet",
    "Framework",
    "FrameworkImport",
    "FrameworkVersion",
    "Mapping",
    "MappingSet",
    "MigrationSet",
    "Node",
    "NodeChange",
    "NodeText",
    "Obligation",
    "ObligationPack",
    "Profile",
    "ProfileItem",
    "ProfileRisk",
    "SuggestedAction",
    "TextSource",
]
