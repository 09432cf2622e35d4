"""Forms of the registry pages."""

from models_registry.forms.base import MergeForm, PersonForm, ReasonForm, UnitForm
from models_registry.forms.datasets import DatasetForm
from models_registry.forms.intake import DuplicateForm, IntakeForm
from models_registry.forms.systems import SystemEditForm, SystemFields, SystemForm
from models_registry.forms.versions import (
    CardFields,
    CardForm,
    OriginFields,
    VersionEditForm,
    VersionForm,
)

__all__ = [
    "CardFields",
    "CardForm",
    "DatasetForm",
    "DuplicateForm",
    "IntakeForm",
    "MergeForm",
    "OriginFields",
    "PersonForm",
    "ReasonForm",
    "SystemEditForm",
    "SystemFields",
    "SystemForm",
    "UnitForm",
    "VersionEditForm",
    "VersionForm",
]
