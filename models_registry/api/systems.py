"""Systems and models over the API."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit, User
from models_registry.actions import (
    edit_system,
    move_system,
    register_system,
)
from models_registry.api.fields import OwnerField, StepSerializer, UnitField, person, refuse_clashes
from models_registry.models import AISystem, Model
from web.api import RecordViewSet, require_match


class SystemSerializer(serializers.ModelSerializer[AISystem]):
    """An AI system."""

    unit = UnitField(queryset=Unit.objects.none())
    owner = OwnerField(queryset=User.objects.none(), required=False)
    people_affected = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    tier_reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True)

    class Meta:
        model = AISystem
        fields = (
            "id", "reference", "unit", "name", "purpose", "people_affected", "decision_role",
            "tier", "tier_reason", "owner", "state", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("reference", "state", "version")
        # The action and the database check these, with sentences that say what to do.
        validators: tuple[Any, ...] = ()


class SystemFilter(django_filters.FilterSet):
    """Filters of the list."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains")

    class Meta:
        model = AISystem
        fields = ("q", "unit", "tier", "state", "owner")


class SystemViewSet(RecordViewSet):
    """AI systems."""

    queryset = AISystem.objects.select_related("unit", "owner")
    serializer_class = SystemSerializer
    filterset_class = SystemFilter

    def create(self, request: Request) -> Response:
        """Register a system."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.created(register_system(by=person(request), **sent.validated_data))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change fields; ``If-Match`` is required."""
        system = self.get_object()
        require_match(request, system)
        sent = self.get_serializer(system, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        base = {name: getattr(system, name) for name in sent.validated_data}
        merged = edit_system(
            by=person(request), system=system, base=base, values=sent.validated_data
        )
        refuse_clashes(merged)
        return self.shown(system)

    @extend_schema(request=StepSerializer)
    @route(detail=True, methods=["post"])
    def step(self, request: Request, pk: str) -> Response:
        """Put into use, retire, propose again; ``If-Match`` is required."""
        system = self.get_object()
        require_match(request, system)
        sent = StepSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.shown(move_system(by=person(request), system=system, **sent.validated_data))


class ModelSerializer(serializers.ModelSerializer[Model]):
    """A model."""

    class Meta:
        model = Model
        fields = ("id", "unit", "name", "slug", "model_type", "owner", "version", "created_at")
        read_only_fields = fields


class ModelViewSet(RecordViewSet):
    """Models; they come into being with their first version."""

    queryset = Model.objects.select_related("unit", "owner")
    serializer_class = ModelSerializer
    filterset_fields = ("unit", "slug", "model_type", "owner")
