"""Columns and filters of the lists."""

from models_registry.listing.base import NUMBER, visible_units
from models_registry.listing.datasets import DatasetFilter, DatasetTable
from models_registry.listing.systems import SystemFilter, SystemTable
from models_registry.listing.versions import VersionFilter, VersionTable

__all__ = [
    "NUMBER",
    "DatasetFilter",
    "DatasetTable",
    "SystemFilter",
    "SystemTable",
    "VersionFilter",
    "VersionTable",
    "visible_units",
]
