"""Every write of reference data."""

from frameworks.actions.catalogue import load_catalogue
from frameworks.actions.crosswalks import add_crosswalk, plan_crosswalk
from frameworks.actions.imports import (
    apply_import,
    discard_import,
    format_of,
    plan_digest,
    plan_import,
    upload_framework,
)
from frameworks.actions.migrations import check_editions, settle_migration
from frameworks.actions.official import (
    ImportResult,
    import_genai_profile,
    import_official_texts,
    import_playbook,
)
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
    "add_crosswalk",
    "apply_import",
    "check_editions",
    "create_profile",
    "discard_import",
    "edit_profile",
    "format_of",
    "import_genai_profile",
    "import_official_texts",
    "import_playbook",
    "load_catalogue",
    "load_references",
    "plan_crosswalk",
    "plan_digest",
    "plan_import",
    "publish_profile",
    "set_items",
    "settle_migration",
    "upload_framework",
]
