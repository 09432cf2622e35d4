"""Reports over the API: ask for one, see how far it is, take the file."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from governance.assessments.models import Assessment
from models_registry.models import AISystem
from reports.actions import hand_out, request_report
from reports.models import Report
from web.api import RecordViewSet, VisibleField
from web.views import attachment


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report: what was asked for, how far it is, and the digests of what was made."""

    system = VisibleField(AISystem)
    assessment = VisibleField(Assessment, required=False, allow_null=True)
    reference = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    progress = serializers.IntegerField(source="job.progress", read_only=True)
    message = serializers.CharField(source="job.message", read_only=True)
    error = serializers.CharField(source="job.error", read_only=True)

    class Meta:
        model = Report
        fields = (
            "id",
            "reference",
            "definition",
            "system",
            "assessment",
            "state",
            "progress",
            "message",
            "error",
            "requested_by",
            "created_at",
            "as_of",
            "pages",
            "snapshot_digest",
            "file_digest",
            "checkpoint_size",
            "checkpoint_root",
        )
        read_only_fields = tuple(f for f in fields if f not in {"system", "assessment"})


class ReportViewSet(RecordViewSet):
    """Reports that the caller may see."""

    queryset = Report.objects.select_related("job", "system", "file", "snapshot")
    serializer_class = ReportSerializer
    filterset_fields = ("system", "definition")

    def create(self, request: Request) -> Response:
        """Ask for a report; it is printed by a job. 201 with the report."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = sent.validated_data
        report = request_report(
            by=request.user,  # type: ignore[arg-type]
            system=values["system"],
            assessment=values.get("assessment"),
        )
        return self.created(report)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str | None = None) -> HttpResponse:
        """The PDF; 409 while it is not printed."""
        report: Report = self.get_object()
        body = hand_out(by=request.user, report=report, what="file")  # type: ignore[arg-type]
        return attachment(body, media_type="application/pdf", name=report.file_name)

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"])
    def snapshot(self, request: Request, pk: str | None = None) -> HttpResponse:
        """The snapshot as canonical JSON; 409 while it is not frozen."""
        report: Report = self.get_object()
        body = hand_out(by=request.user, report=report, what="snapshot")  # type: ignore[arg-type]
        return attachment(body, media_type="application/json", name=f"{report.reference}.json")


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("reports", ReportViewSet, basename="report")
