"""The door to reading tables. Code below the forms imports `models_registry.reading.tables`."""

from models_registry.reading.profile import TableProfile
from models_registry.reading.tables import inspect_table, refuse_oversize

__all__ = ["TableProfile", "inspect_table", "refuse_oversize"]
