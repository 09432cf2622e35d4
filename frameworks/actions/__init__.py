"""Every write of reference data."""

from frameworks.actions.catalogue import load_catalogue
from frameworks.actions.official import ImportResult, import_genai_profile, import_playbook
from frameworks.actions.profiles import (
    Change,
    create_profile,
    edit_profile,
    publish_profile,
    set_items,
)
from frameworks.actions.references import Loaded, load_references

__all__ = [
    "Change",
    "ImportResult",
    "Loaded",
    "create_profile",
    "edit_profile",
    "import_genai_profile",
    "import_playbook",
    "load_catalogue",
    "load_references",
    "publish_profile",
    "set_items",
]
