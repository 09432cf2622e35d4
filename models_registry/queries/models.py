"""Reads of models and of their uses."""

from django.db.models import Count, QuerySet

from accounts.models import User
from models_registry.models import AISystem, Model, ModelUse


def models_for_list(user: User) -> QuerySet[Model]:
    """Visible models with unit, owner and how many versions and uses they have."""
    found: QuerySet[Model] = Model.objects.visible_to(user)
    return found.select_related("unit", "owner").annotate(
        version_count=Count("versions", distinct=True), use_count=Count("uses", distinct=True)
    )


def uses_of(user: User, record: AISystem | Model) -> QuerySet[ModelUse]:
    """The uses of a system or of a model whose both sides ``user`` may see."""
    near = {"system": record} if isinstance(record, AISystem) else {"model": record}
    found: QuerySet[ModelUse] = ModelUse.objects.visible_to(user)
    seen = Model.objects.visible_to(user).order_by().values("pk")
    return found.filter(**near, model__in=seen).select_related("system__unit", "model__unit")
