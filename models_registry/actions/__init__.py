"""Every write of the registry. Pages, API, tasks and commands call these."""

from models_registry.actions.cards import import_card
from models_registry.actions.datasets import upload_dataset, use_dataset
from models_registry.actions.duplicates import mark_duplicate, unmark_duplicate
from models_registry.actions.intake import answer_intake
from models_registry.actions.systems import edit_system, move_system, register_system
from models_registry.actions.versions import (
    edit_version,
    link_model,
    move_version,
    register_version_from_card,
    submit_version,
)

__all__ = [
    "answer_intake",
    "edit_system",
    "edit_version",
    "import_card",
    "link_model",
    "mark_duplicate",
    "move_system",
    "move_version",
    "register_system",
    "register_version_from_card",
    "submit_version",
    "unmark_duplicate",
    "upload_dataset",
    "use_dataset",
]
