"""The registry over the API; every write calls the action that the page calls."""

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import colleagues, units_where
from ledger.errors import StaleWrite
from ledger.merge import Merge
from models_registry import queries
from models_registry.actions import (
    edit_system,
    edit_version,
    import_card,
    move_system,
    move_version,
    register_system,
    register_version_from_card,
    upload_dataset,
)
from models_registry.actions.versions import Origin
from models_registry.cards.decode import MAX_BYTES
from models_registry.models import AISystem, CardRevision, DatasetVersion, Model, ModelVersion
from vault.queries import read_bytes
from web.api import RecordViewSet, VisibleField, require_match
from web.views import attachment


class UnitField(serializers.PrimaryKeyRelatedField[Unit]):
    """A unit that the caller may see."""

    def get_queryset(self) -> QuerySet[Unit]:
        request = self.context.get("request")
        user = getattr(request, "user", None)
        return units_where(user, Permission.RECORD_VIEW)


class OwnerField(serializers.PrimaryKeyRelatedField[User]):
    """A colleague."""

    def get_queryset(self) -> QuerySet[User]:
        request = self.context.get("request")
        return colleagues(request.user) if request else User.objects.none()


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


class StepSerializer(serializers.Serializer[Any]):
    """A step through the states of a record."""

    verb = serializers.CharField(max_length=40)
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


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
        return self.created(register_system(by=_by(request), **sent.validated_data))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change fields; ``If-Match`` is required."""
        system = self.get_object()
        require_match(request, system)
        sent = self.get_serializer(system, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        base = {name: getattr(system, name) for name in sent.validated_data}
        merged = edit_system(by=_by(request), system=system, base=base, values=sent.validated_data)
        _refuse_clashes(merged)
        return self.shown(system)

    @extend_schema(request=StepSerializer)
    @route(detail=True, methods=["post"])
    def step(self, request: Request, pk: str) -> Response:
        """Put into use, retire, propose again; ``If-Match`` is required."""
        system = self.get_object()
        require_match(request, system)
        sent = StepSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.shown(move_system(by=_by(request), system=system, **sent.validated_data))


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


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """A model version."""

    model_name = serializers.CharField(source="model.name", read_only=True)

    class Meta:
        model = ModelVersion
        fields = (
            "id", "model", "model_name", "number", "state", "source_system", "external_id",
            "git_commit", "notes", "registered_by", "submitted_at", "content_digest", "version",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = (
            "model", "state", "registered_by", "submitted_at", "content_digest", "version",
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
    git_commit = serializers.CharField(max_length=64, required=False, default="")
    notes = serializers.CharField(max_length=10_000, required=False, default="")


class VersionFilter(django_filters.FilterSet):
    """Filters of the list."""

    system = django_filters.NumberFilter(field_name="model__uses__system")

    class Meta:
        model = ModelVersion
        fields = ("model", "number", "state", "source_system", "external_id", "system")


class VersionViewSet(RecordViewSet):
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
        origin = {k: values[k] for k in ("source_system", "external_id", "git_commit", "notes")}
        known = ("unit", "system", "model", "model_name", "model_type", "number")
        version = register_version_from_card(
            by=_by(request),
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
        _refuse_clashes(
            edit_version(by=_by(request), version=version, base=base, values=sent.validated_data)
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
        return self.shown(move_version(by=_by(request), version=version, **sent.validated_data))

    @extend_schema(request=CardUpload)
    @route(detail=True, methods=["post"])
    def card(self, request: Request, pk: str) -> Response:
        """Import a card as the next revision of a draft; ``If-Match`` is required."""
        version = self.get_object()
        require_match(request, version)
        sent = CardUpload(data=request.data)
        sent.is_valid(raise_exception=True)
        card = import_card(by=_by(request), version=version, **sent.bytes_and_name())
        return Response(CardSerializer(card).data, status=201)


class CardSerializer(serializers.ModelSerializer[CardRevision]):
    """A card revision; its content is under ``content``, its bytes under ``original``."""

    class Meta:
        model = CardRevision
        fields = (
            "id", "model_version", "number", "file_name", "format", "media_type", "digest",
            "completeness", "imported_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class CardViewSet(RecordViewSet):
    """Card revisions, which never change."""

    queryset = CardRevision.objects.defer("parsed", "extra", "report")
    serializer_class = CardSerializer
    filterset_fields = ("model_version", "format", "digest")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @route(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> Response:
        """The merged record, what has no field, and the import report."""
        return Response(queries.card_export(self.get_object()))

    @extend_schema(responses={(200, "text/markdown"): OpenApiTypes.BINARY})
    @route(detail=True, methods=["get"])
    def original(self, request: Request, pk: str) -> HttpResponse:
        """The bytes as imported."""
        card = self.get_object()
        return attachment(read_bytes(card.digest), media_type=card.media_type, name=card.file_name)


class DatasetSerializer(serializers.ModelSerializer[DatasetVersion]):
    """A table; its columns only when it is shown alone."""

    unit = UnitField(queryset=Unit.objects.none())
    file = serializers.FileField(allow_empty_file=True, write_only=True)
    size = serializers.IntegerField(source="file.size", read_only=True)

    class Meta:
        model = DatasetVersion
        fields = (
            "id", "unit", "name", "label", "role", "notes", "file", "file_name", "media_type",
            "rows", "size", "fingerprint", "uploaded_by", "created_at",
        )  # fmt: skip
        read_only_fields = ("file_name", "media_type", "rows", "fingerprint", "uploaded_by")
        validators: tuple[Any, ...] = ()


class DatasetViewSet(RecordViewSet):
    """Tables, which never change."""

    queryset = DatasetVersion.objects.select_related("unit", "file").defer("profile")
    serializer_class = DatasetSerializer
    filterset_fields = ("unit", "name", "label", "role", "fingerprint")

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()]

    def create(self, request: Request) -> Response:
        """Upload a table (multipart field ``file``)."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        upload = values.pop("file")
        made = upload_dataset(by=_by(request), stream=upload, file_name=upload.name, **values)
        return self.created(made)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @route(detail=True, methods=["get"])
    def columns(self, request: Request, pk: str) -> Response:
        """Columns with kind, gaps and range."""
        return Response(self.get_object().columns)


def _by(request: Request) -> User:
    return cast(User, request.user)


def _refuse_clashes(merged: Merge) -> None:
    if merged.clashes:
        raise StaleWrite(_("The record changed since you read it. Read it again, then write."))


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("systems", SystemViewSet, basename="system")
    router.register("models", ModelViewSet, basename="model")
    router.register("versions", VersionViewSet, basename="version")
    router.register("cards", CardViewSet, basename="card")
    router.register("datasets", DatasetViewSet, basename="dataset")
