"""Tables of risks over the API: upload, look at the plan, apply or discard it."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit, User
from governance.risks.actions import apply_sheet, discard_sheet, plan_sheet, upload_risks
from governance.risks.actions.sheets import plan_mark
from governance.risks.api.risks import RiskUnitField
from governance.risks.models import RiskSheet
from web.api import RecordViewSet, require_match


class RiskTableSerializer(serializers.ModelSerializer[RiskSheet]):
    """A table of risks that was brought."""

    class Meta:
        model = RiskSheet
        fields = (
            "id", "unit", "file_name", "state", "uploaded_by", "closed_by", "registered",
            "changed", "version", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class RiskTableUpload(serializers.Serializer[Any]):
    """A CSV or XLSX with a column ``title`` (multipart)."""

    unit = RiskUnitField(queryset=Unit.objects.none())
    file = serializers.FileField(allow_empty_file=True)


class RiskCellSerializer(serializers.Serializer[Any]):
    """One cell that differs."""

    column = serializers.CharField(source="label")
    old = serializers.CharField()
    new = serializers.CharField()


class RiskLineSerializer(serializers.Serializer[Any]):
    """One row: refused, new, changed or unchanged."""

    row = serializers.IntegerField()
    title = serializers.CharField()
    verdict = serializers.CharField()
    problems = serializers.ListField(child=serializers.CharField())
    cells = RiskCellSerializer(many=True)


class RiskPlanSerializer(serializers.Serializer[Any]):
    """What the table would do; ``shown`` is what applying asks for."""

    shown = serializers.CharField()
    lines = RiskLineSerializer(many=True)


class RiskTableApply(serializers.Serializer[Any]):
    """The plan that was seen."""

    shown = serializers.CharField(max_length=64)


class RiskSheetViewSet(RecordViewSet):
    """Tables of risks."""

    queryset = RiskSheet.objects.select_related("unit", "file")
    serializer_class = RiskTableSerializer
    filterset_fields = ("unit", "state")
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(request=RiskTableUpload, responses={201: RiskTableSerializer})
    def create(self, request: Request) -> Response:
        """Upload a table; nothing of it is written yet."""
        sent = RiskTableUpload(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        file = sent.validated_data["file"]
        by, unit = cast(User, request.user), sent.validated_data["unit"]
        return self.created(upload_risks(by=by, unit=unit, stream=file, file_name=file.name))

    @extend_schema(responses=RiskPlanSerializer)
    @action(detail=True, methods=["get"])
    def plan(self, request: Request, pk: str) -> Response:
        """What the table would do now, row by row, and why a row is refused."""
        lines = plan_sheet(cast(User, request.user), self.get_object())
        return Response(RiskPlanSerializer({"shown": plan_mark(lines), "lines": lines}).data)

    @extend_schema(request=RiskTableApply, responses=RiskTableSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Write all rows, or none when one is refused (If-Match, and ``shown`` of the plan)."""
        sheet = self.get_object()
        require_match(request, sheet)
        sent = RiskTableApply(data=request.data)
        sent.is_valid(raise_exception=True)
        by = cast(User, request.user)
        return self.shown(apply_sheet(by=by, sheet=sheet, **sent.validated_data))

    @extend_schema(request=None, responses=RiskTableSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Close it without writing anything (If-Match)."""
        sheet = self.get_object()
        require_match(request, sheet)
        return self.shown(discard_sheet(by=cast(User, request.user), sheet=sheet))
