"""Workbooks over the API: upload, look at the plan, apply or discard it."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from governance.assessments.actions.workbook import (
    apply_workbook,
    discard_workbook,
    plan_mark,
    plan_workbook,
    upload_sheet,
)
from governance.assessments.api.many import AnswerLineSerializer, lines_told
from governance.assessments.models import AnswerSheet, Assessment
from web.api import RecordViewSet, VisibleField, require_match


class AnswerSheetSerializer(serializers.ModelSerializer[AnswerSheet]):
    """A workbook that came back."""

    class Meta:
        model = AnswerSheet
        fields = (
            "id", "assessment", "file_name", "state", "uploaded_by", "closed_by", "written",
            "refused", "version", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class AnswerSheetUpload(serializers.Serializer[Any]):
    """A workbook of an assessment (multipart)."""

    assessment = VisibleField(Assessment)
    file = serializers.FileField(allow_empty_file=True)


class SheetPlanSerializer(serializers.Serializer[Any]):
    """What it would change; ``shown`` is what applying asks for."""

    shown = serializers.CharField()
    lines = AnswerLineSerializer(many=True)


class ApplySerializer(serializers.Serializer[Any]):
    """The plan that was seen."""

    shown = serializers.CharField(max_length=64)


class AnswerSheetViewSet(RecordViewSet):
    """Workbooks of assessments."""

    queryset = AnswerSheet.objects.select_related("assessment__unit", "file")
    serializer_class = AnswerSheetSerializer
    filterset_fields = ("assessment", "state")
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(request=AnswerSheetUpload, responses={201: AnswerSheetSerializer})
    def create(self, request: Request) -> Response:
        """Upload a workbook; nothing of it is written yet."""
        sent = AnswerSheetUpload(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        file = sent.validated_data["file"]
        found = upload_sheet(
            by=cast(User, request.user),
            assessment=sent.validated_data["assessment"],
            stream=file,
            file_name=file.name,
        )
        return self.created(found)

    @extend_schema(responses=SheetPlanSerializer)
    @action(detail=True, methods=["get"])
    def plan(self, request: Request, pk: str) -> Response:
        """What the workbook would change now, and what of it is refused, cell by cell."""
        lines = plan_workbook(cast(User, request.user), self.get_object())
        told = lines_told(line for line in lines if line.cells or line.problem)
        return Response({"shown": plan_mark(lines), "lines": told})

    @extend_schema(request=ApplySerializer, responses=AnswerSheetSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Write the cells that are not refused (If-Match, and ``shown`` of the plan)."""
        sheet = self.get_object()
        require_match(request, sheet)
        sent = ApplySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        by = cast(User, request.user)
        return self.shown(apply_workbook(by=by, sheet=sheet, **sent.validated_data))

    @extend_schema(request=None, responses=AnswerSheetSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Close it without writing anything (If-Match)."""
        sheet = self.get_object()
        require_match(request, sheet)
        return self.shown(discard_workbook(by=cast(User, request.user), sheet=sheet))
