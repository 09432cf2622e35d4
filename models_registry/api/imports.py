"""Imports over the API: send a source, read its plan, apply or discard it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit
from models_registry.actions.imports import discard_import, request_apply, start_import
from models_registry.api.fields import UnitField, person
from models_registry.api.many import PlanLineSerializer
from models_registry.models import RegistryImport
from models_registry.queries.imports import registry_imports
from web.api import RecordViewSet, require_match

_SOURCES = [
    (value, label)
    for value, label in RegistryImport.Source.choices
    if value != RegistryImport.Source.TABLE
]


class ImportedCardSerializer(serializers.Serializer[Any]):
    """What became of the parts of a card."""

    format = serializers.CharField()
    completeness = serializers.IntegerField()
    mapped = serializers.IntegerField()
    kept = serializers.ListField(child=serializers.CharField())
    kept_count = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.CharField())


class ImportLineSerializer(PlanLineSerializer):
    """One record: ``verdict`` is add, change, same or refused; ``row`` the line of the source.

    ``kept`` names what has no field here and stays in the original file. ``written`` is there once
    the import is applied.
    """

    kind = serializers.CharField()
    key = serializers.CharField()
    external_id = serializers.CharField()
    place = serializers.CharField()
    kept = serializers.ListField(child=serializers.CharField())
    card = ImportedCardSerializer(allow_null=True)
    written = serializers.BooleanField(required=False)
    again = serializers.BooleanField(required=False)


class LeftOutSerializer(serializers.Serializer[Any]):
    """A part of the source that is no record, and why."""

    place = serializers.CharField()
    text = serializers.CharField()


class ImportPlanSerializer(serializers.Serializer[Any]):
    """A plan, or the report of what was done; both are empty until there is one."""

    lines = ImportLineSerializer(many=True, required=False)
    counts = serializers.DictField(child=serializers.IntegerField(), required=False)
    left_out = LeftOutSerializer(many=True, required=False)
    notes = serializers.ListField(child=serializers.CharField(), required=False)
    written = serializers.IntegerField(required=False)


class ImportSerializer(serializers.ModelSerializer[RegistryImport]):
    """An import; ``job_state`` and ``job_error`` tell how its last job ended."""

    job_state = serializers.CharField(source="job.state", read_only=True, allow_null=True)
    job_error = serializers.CharField(source="job.error", read_only=True, allow_null=True)

    class Meta:
        model = RegistryImport
        fields = (
            "id", "reference", "unit", "source", "label", "state", "job_state", "job_error",
            "plan_digest", "started_by", "applied_by", "applied_at", "version", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class ImportStartSerializer(serializers.Serializer[Any]):
    """A file (multipart field ``file``), or the address of a listed MLflow ``server``."""

    unit = UnitField(queryset=Unit.objects.none())
    source = serializers.ChoiceField(choices=_SOURCES)  # type: ignore[assignment]
    file = serializers.FileField(allow_empty_file=True, required=False)
    server = serializers.CharField(max_length=300, required=False, default="")


class ImportViewSet(RecordViewSet):
    """Imports of inventories, registries and cards."""

    queryset = registry_imports()
    serializer_class = ImportSerializer
    filterset_fields = ("unit", "source", "state")

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser(), JSONParser()]

    @extend_schema(
        request={"multipart/form-data": ImportStartSerializer}, responses={201: ImportSerializer}
    )
    def create(self, request: Request) -> Response:
        """Start an import. Its state is ``reading`` until the plan is made; nothing is written."""
        sent = ImportStartSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        upload = values.pop("file", None)
        name = upload.name if upload else ""
        return self.created(start_import(by=person(request), stream=upload, label=name, **values))

    @extend_schema(responses=ImportPlanSerializer)
    @route(detail=True, methods=["get"])
    def plan(self, request: Request, pk: str) -> Response:
        """What would become of every record."""
        return Response(self.get_object().plan)

    @extend_schema(responses=ImportPlanSerializer)
    @route(detail=True, methods=["get"])
    def report(self, request: Request, pk: str) -> Response:
        """What became of every record, once applied."""
        return Response(self.get_object().report)

    @extend_schema(request=None, responses={202: ImportSerializer})
    @route(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Have all ready lines written by a job, or none; ``If-Match`` is required."""
        found = self.get_object()
        require_match(request, found)
        return self.shown(request_apply(by=person(request), found=found), status=202)

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Put the import aside; ``If-Match`` is required."""
        found = self.get_object()
        require_match(request, found)
        return self.shown(discard_import(by=person(request), found=found))
