"""Reports over the API: ask for one, see how far it is, take the file."""

from typing import Any, cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import User
from governance.assessments.models import Assessment
from models_registry.models import AISystem, CardRevision
from reports.actions import hand_out, request_card_report, request_report
from reports.models import Report
from web.api import RecordViewSet, VisibleField
from web.views import attachment


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report: what was asked for, how far it is, and the digests of what was made."""

    system = VisibleField(AISystem, required=False, allow_null=True)
    card = VisibleField(CardRevision, required=False, allow_null=True)
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
            "unit",
            "system",
            "card",
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
        read_only_fields = tuple(f for f in fields if f not in {"system", "card", "assessment"})

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("system") is None) == (attrs.get("card") is None):
            said = _("Name either a system or a revision of a card.")
            raise serializers.ValidationError({"system": said})
        return attrs


class ReportViewSet(RecordViewSet):
    """Reports that the caller may see."""

    queryset = Report.objects.select_related(
        "job", "system", "card__model_version__model", "file", "snapshot"
    )
    serializer_class = ReportSerializer
    filterset_fields = ("system", "card", "definition")

    def create(self, request: Request) -> Response:
        """Ask for the report of a `system`, or for a `card` as PDF; a job prints it. 201."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = sent.validated_data
        by = person(request)
        if values.get("card"):
            return self.created(request_card_report(by=by, card=values["card"]))
        report = request_report(by=by, system=values["system"], assessment=values.get("assessment"))
        return self.created(report)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str | None = None) -> HttpResponse:
        """The PDF; 409 while it is not printed."""
        report: Report = self.get_object()
        body = hand_out(by=person(request), report=report, what="file")
        return attachment(body, media_type="application/pdf", name=report.file_name)

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"])
    def snapshot(self, request: Request, pk: str | None = None) -> HttpResponse:
        """The snapshot as canonical JSON; 409 while it is not frozen."""
        report: Report = self.get_object()
        body = hand_out(by=person(request), report=report, what="snapshot")
        return attachment(body, media_type="application/json", name=f"{report.reference}.json")


def person(request: Request) -> User:
    """Who asks; every route wants a log-in."""
    return cast(User, request.user)


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("reports", ReportViewSet, basename="report")
