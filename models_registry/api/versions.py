"""Versions over the API."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit
from models_registry.actions import (
    edit_version,
    import_card,
    move_version,
    register_version_from_card,
)
from models_registry.actions.versions import ORIGIN_FIELDS, Origin
from models_registry.api.card_editing import CardEditing
from models_registry.api.cards import CardSerializer
from models_registry.api.fields import StepSerializer, UnitField, person, refuse_clashes
from models_registry.cards.decode import MAX_BYTES
from models_registry.models import AISystem, Model, ModelVersion
from web.api import VisibleField, require_match


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """A model version."""

    model_name = serializers.CharField(source="model.name", read_only=True)

    class Meta:
        model = ModelVersion
        fields = (
            "id", "model", "model_name", "number", "state", "source_system", "external_id",
            "run_id", "git_commit", "io_schema", "environment_lock", "notes", "registered_by",
            "submitted_at", "artifact_set_digest", "content_digest", "version", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = (
            "model", "state", "registered_by", "submitted_at", "artifact_set_digest",
            "content_digest", "version",
        )  # fmt: skip
        validators: tuple[Any, ...] = ()


class CardUpload(serializers.Serializer[Any]):
    """A card as multipart."""

    card = serializers.FileField(allow_empty_file=True)

    def bytes_and_name(self) -> dict[str, Any]:
        """What was sent, read no further than one byte past the limit."""
        upload = self.validated_data["card"]
        return {"data": upload.read(MAX_BYTES + 1), "file_name": upload.name}


class VersionUpload(CardUpload):
    """A version by its card, as multipart."""

    unit = UnitField(queryset=Unit.objects.none())
    system = VisibleField(AISystem, required=False)
    model = VisibleField(Model, required=False)
    model_name = serializers.CharField(max_length=200, required=False, default="")
    model_type = serializers.ChoiceField(choices=Model.Kind.choices, default=Model.Kind.ML)
    number = serializers.CharField(max_length=60, required=False, default="")
    source_system = serializers.CharField(max_length=120, required=False, default="")
    external_id = serializers.CharField(max_length=200, required=False, default="")
    run_id = serializers.CharField(max_length=200, required=False, default="")
    git_commit = serializers.CharField(max_length=64, required=False, default="")
    io_schema = serializers.JSONField(required=False, default=dict)
    environment_lock = serializers.CharField(max_length=200_000, required=False, default="")
    notes = serializers.CharField(max_length=10_000, required=False, default="")


class VersionFilter(django_filters.FilterSet):
    """Filters of the list."""

    system = django_filters.NumberFilter(field_name="model__uses__system")

    class Meta:
        model = ModelVersion
        fields = ("model", "number", "state", "source_system", "external_id", "system")


class VersionViewSet(CardEditing):
    """Model versions."""

    queryset = ModelVersion.objects.select_related("model__unit")
    serializer_class = VersionSerializer
    filterset_class = VersionFilter

    def get_parsers(self) -> list[Any]:
        if getattr(self, "action_map", None) and self.action_map.get("post") in ("create", "card"):
            return [MultiPartParser()]
        return super().get_parsers()

    @extend_schema(request=VersionUpload)
    def create(self, request: Request) -> Response:
        """Register a version from its card (multipart field ``card``)."""
        sent = VersionUpload(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        card = sent.bytes_and_name()
        origin = {name: values[name] for name in ORIGIN_FIELDS}
        known = ("unit", "system", "model", "model_name", "model_type", "number")
        version = register_version_from_card(
            by=person(request),
            card=card["data"],
            file_name=card["file_name"],
            origin=Origin(**origin),
            **{name: values[name] for name in known if name in values},
        )
        return self.created(version)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a draft; ``If-Match`` is required."""
        version = self.get_object()
        require_match(request, version)
        sent = self.get_serializer(version, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        base = {name: getattr(version, name) for name in sent.validated_data}
        refuse_clashes(
            edit_version(by=person(request), version=version, base=base, values=sent.validated_data)
        )
        return self.shown(version)

    @extend_schema(request=StepSerializer)
    @route(detail=True, methods=["post"])
    def step(self, request: Request, pk: str) -> Response:
        """Submit or withdraw; ``If-Match`` is required."""
        version = self.get_object()
        require_match(request, version)
        sent = StepSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.shown(move_version(by=person(request), version=version, **sent.validated_data))

    @extend_schema(request=CardUpload)
    @route(detail=True, methods=["post"])
    def card(self, request: Request, pk: str) -> Response:
        """Import a card as the next revision of a draft; ``If-Match`` is required."""
        version = self.get_object()
        require_match(request, version)
        sent = CardUpload(data=request.data)
        sent.is_valid(raise_exception=True)
        card = import_card(by=person(request), version=version, **sent.bytes_and_name())
        return Response(CardSerializer(card).data, status=201)
