"""Tables of frameworks."""

from frameworks.tables.catalogue import VersionTable
from frameworks.tables.crosswalks import (
    MappingFilter,
    MappingSetFilter,
    MappingSetTable,
    MappingTable,
    ObligationFilter,
    ObligationTable,
    ProfileFilter,
    ProfileTable,
)

__all__ = [
    "MappingFilter",
    "MappingSetFilter",
    "MappingSetTable",
    "MappingTable",
    "ObligationFilter",
    "ObligationTable",
    "ProfileFilter",
    "ProfileTable",
    "VersionTable",
]
