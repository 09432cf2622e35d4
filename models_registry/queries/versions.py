"""Reads of model versions."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from models_registry.models import (
    AISystem,
    CardRevision,
    DatasetVersion,
    ModelVersion,
)


def versions_for_list(user: User) -> QuerySet[ModelVersion]:
    """Visible versions with model, unit and the completeness of their latest card."""
    latest = CardRevision.objects.filter(model_version=OuterRef("pk")).order_by("-number")
    found: QuerySet[ModelVersion] = ModelVersion.objects.visible_to(user)
    return found.select_related("model__unit", "registered_by").annotate(
        completeness=Subquery(latest.values("completeness")[:1])
    )


def versions_like(user: User, text: str) -> QuerySet[ModelVersion]:
    """Visible versions whose model or number holds every word of ``text``, newest first."""
    found: QuerySet[ModelVersion] = ModelVersion.objects.visible_to(user).select_related("model")
    for word in text.split()[:8]:
        found = found.filter(Q(model__name__icontains=word) | Q(number__icontains=word))
    return found


def versions_of(user: User, system: AISystem) -> QuerySet[ModelVersion]:
    """Visible versions of the models that ``system`` uses, newest first."""
    return versions_for_list(user).filter(model__uses__system=system)


def versions_using(user: User, dataset: DatasetVersion) -> QuerySet[ModelVersion]:
    """Visible versions that ``dataset`` belongs to."""
    return versions_for_list(user).filter(dataset_uses__dataset=dataset)
