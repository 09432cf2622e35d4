"""Reads of table files that came back."""

from django.db.models import QuerySet

from accounts.models import User
from models_registry.models.imports import RegistryImport


def tables_seen_by(user: User) -> QuerySet[RegistryImport]:
    """The uploaded tables of units that ``user`` may see."""
    found: QuerySet[RegistryImport] = RegistryImport.objects.visible_to(user)
    return found.filter(source=RegistryImport.Source.TABLE).select_related(
        "unit", "started_by", "applied_by", "original"
    )
