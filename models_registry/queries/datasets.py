"""Reads of tables."""

from django.db.models import QuerySet

from accounts.models import User
from models_registry.models import (
    DatasetVersion,
    ModelVersion,
)


def datasets_for_list(user: User) -> QuerySet[DatasetVersion]:
    """Visible tables without their profiles, which can be long."""
    found: QuerySet[DatasetVersion] = DatasetVersion.objects.visible_to(user)
    return found.select_related("unit", "uploaded_by", "file").defer("profile")


def datasets_of(user: User, version: ModelVersion) -> QuerySet[DatasetVersion]:
    """Visible tables that belong to ``version``."""
    return datasets_for_list(user).filter(uses__model_version=version)
