"""Systems over the API."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit, User
from models_registry import queries
from models_registry.actions import (
    answer_intake,
    edit_system,
    mark_duplicate,
    move_system,
    register_system,
    unmark_duplicate,
)
from models_registry.api.fields import OwnerField, StepSerializer, UnitField, person, refuse_clashes
from models_registry.api.many import SystemBulkRoute
from models_registry.intake import QUESTIONS
from models_registry.models import AISystem
from web.api import RecordViewSet, VisibleField, require_match


class SystemSerializer(serializers.ModelSerializer[AISystem]):
    """An AI system."""

    unit = UnitField(queryset=Unit.objects.none())
    owner = OwnerField(queryset=User.objects.none(), required=False)
    accountable = OwnerField(queryset=User.objects.none(), required=False, allow_null=True)
    jurisdictions = serializers.ListField(
        child=serializers.CharField(max_length=10), max_length=260, required=False
    )
    people_affected = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    tier_reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True)

    class Meta:
        model = AISystem
        fields = (
            "id", "reference", "unit", "name", "purpose", "people_affected", "intended_users",
            "decision_role", "autonomy", "jurisdictions", "eu_class", "eu_class_reason", "tier",
            "tier_reason", "tier_computed", "intake", "owner", "accountable", "duplicate_of",
            "external_id", "state", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = (
            "reference", "state", "version", "tier_computed", "intake", "duplicate_of",
            "external_id",
        )  # fmt: skip
        # The action and the database check these, with sentences that say what to do.
        validators: tuple[Any, ...] = ()


class SimilarSerializer(serializers.ModelSerializer[AISystem]):
    """A system that may be the same."""

    class Meta:
        model = AISystem
        fields = ("id", "reference", "name")
        read_only_fields = fields


class RegisteredSerializer(SystemSerializer):
    """A system as registered, with those of a similar name."""

    similar = SimilarSerializer(many=True, read_only=True)

    class Meta(SystemSerializer.Meta):
        fields = (*SystemSerializer.Meta.fields, "similar")  # type: ignore[assignment]


class AnswersSerializer(serializers.Serializer[Any]):
    """One answer per question of the intake."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            question.key: serializers.ChoiceField(
                choices=[(choice.value, str(choice.label)) for choice in question.all_choices],
                help_text=str(question.label),
            )
            for question in QUESTIONS
        }


class IntakeSerializer(serializers.Serializer[Any]):
    """The answers of the intake, and another tier than the computed one with its reason."""

    answers = AnswersSerializer()
    tier_override = serializers.IntegerField(
        min_value=1, max_value=3, required=False, allow_null=True, default=None
    )
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class DuplicateSerializer(serializers.Serializer[Any]):
    """The system that is kept, or nothing to take the mark away."""

    of = VisibleField(AISystem, allow_null=True)
    reason = serializers.CharField(max_length=2_000)


class SystemFilter(django_filters.FilterSet):
    """Filters of the list."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    duplicate = django_filters.BooleanFilter(
        field_name="duplicate_of", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = AISystem
        fields = ("q", "unit", "tier", "state", "owner")


class SystemViewSet(SystemBulkRoute, RecordViewSet):
    """AI systems."""

    queryset = AISystem.objects.select_related("unit", "owner")
    serializer_class = SystemSerializer
    filterset_class = SystemFilter

    @extend_schema(responses={201: RegisteredSerializer})
    def create(self, request: Request) -> Response:
        """Register a system; ``similar`` names those that may be the same."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        similar = queries.similar_systems(person(request), sent.validated_data["name"])
        response = self.created(register_system(by=person(request), **sent.validated_data))
        response.data["similar"] = SimilarSerializer(similar, many=True).data
        return response

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

    @extend_schema(request=IntakeSerializer)
    @route(detail=True, methods=["post"])
    def intake(self, request: Request, pk: str) -> Response:
        """Answer the intake; the answers give the tier. ``If-Match`` is required."""
        system = self.get_object()
        require_match(request, system)
        sent = IntakeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        refuse_clashes(answer_intake(by=person(request), system=system, **sent.validated_data))
        return self.shown(system)

    @extend_schema(request=DuplicateSerializer)
    @route(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> Response:
        """Mark as a duplicate of another system, or take the mark away with ``of`` null;
        ``If-Match`` is required."""
        system = self.get_object()
        require_match(request, system)
        sent = DuplicateSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        of, reason = sent.validated_data["of"], sent.validated_data["reason"]
        if of is None:
            return self.shown(unmark_duplicate(by=person(request), system=system, reason=reason))
        return self.shown(mark_duplicate(by=person(request), system=system, of=of, reason=reason))
