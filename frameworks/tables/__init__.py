"""Tables of frameworks."""

from frameworks.tables.catalogue import ChangeTable, ImportFilter, ImportTable, VersionTable
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
    "ChangeTable",
    "ImportFilter",
    "ImportTable",
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
