"""Table files over the API: upload one, read its plan, apply or discard it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit
from models_registry.actions.kinds import KINDS
from models_registry.actions.table_files import apply_table, discard_table, upload_table
from models_registry.api.fields import UnitField, person
from models_registry.api.many import PlanLineSerializer
from models_registry.models.imports import RegistryImport
from web.api import RecordViewSet, require_match


class TablePlanSerializer(serializers.Serializer[Any]):
    """What the file would do, row by row; ``missing`` records are not in it and stay."""

    kind = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    lines = PlanLineSerializer(many=True)
    unknown = serializers.ListField(child=serializers.CharField())
    missing = serializers.IntegerField()
    notes = serializers.ListField(child=serializers.CharField())


class TableSerializer(serializers.ModelSerializer[RegistryImport]):
    """An uploaded table with its plan."""

    plan = TablePlanSerializer(read_only=True)

    class Meta:
        model = RegistryImport
        fields = (
            "id", "reference", "unit", "label", "state", "plan", "plan_digest", "started_by",
            "applied_by", "applied_at", "version", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class TableUploadSerializer(serializers.Serializer[Any]):
    """An edited table (multipart field ``file``) for the records of ``unit`` and below."""

    kind = serializers.ChoiceField(choices=[(name, name) for name in KINDS])
    unit = UnitField(queryset=Unit.objects.none())
    file = serializers.FileField(allow_empty_file=True)


class TableViewSet(RecordViewSet):
    """Table files that came back."""

    queryset = RegistryImport.objects.filter(source=RegistryImport.Source.TABLE)
    serializer_class = TableSerializer
    filterset_fields = ("unit", "state")

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser(), JSONParser()]

    @extend_schema(
        request={"multipart/form-data": TableUploadSerializer}, responses={201: TableSerializer}
    )
    def create(self, request: Request) -> Response:
        """Upload an edited table; the answer holds the plan, and nothing is changed yet."""
        sent = TableUploadSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        made = upload_table(
            by=person(request),
            unit=data["unit"],
            kind=KINDS[data["kind"]],
            stream=data["file"],
            file_name=data["file"].name,
        )
        return self.created(made)

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Write all rows of the plan that are ready, or nothing; ``If-Match`` is required."""
        table = self.get_object()
        require_match(request, table)
        return self.shown(apply_table(by=person(request), table=table))

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Close the plan without writing anything; ``If-Match`` is required."""
        table = self.get_object()
        require_match(request, table)
        return self.shown(discard_table(by=person(request), table=table))
