"""Reports over the API: ask for one, see how far it is, take the file."""

from typing import Any, cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import User
from governance.assessments.models import Assessment
from models_registry.models import AISystem, CardRevision
from reports.actions import Options, hand_out, hand_out_oscal, request_card_report, request_report
from reports.forms import VerifyForm
from reports.models import Report, SignOff
from reports.optional import OPTIONAL
from reports.verification import verify
from web.api import RecordViewSet, VisibleField
from web.views import attachment

WRITABLE = frozenset({"system", "card", "assessment", "definition", "mark", "left_out"})


class SignOffSerializer(serializers.ModelSerializer[SignOff]):
    """A signature in the file: whose, when, and the digests before and after it."""

    class Meta:
        model = SignOff
        fields = (
            "seat", "signer", "asked_at", "signed_at", "stamped", "subject", "certificate",
            "base_digest", "file_digest",
        )  # fmt: skip
        read_only_fields = fields


class PointSerializer(serializers.Serializer[Any]):
    """One thing that was looked at; `holds` is null for what cannot be told or is only said."""

    code = serializers.CharField()
    holds = serializers.BooleanField(allow_null=True)
    sentence = serializers.CharField()


class VerdictSerializer(serializers.Serializer[Any]):
    """What holds of a PDF. `report` is null unless the caller may see it."""

    digest = serializers.CharField()
    holds = serializers.BooleanField()
    sentence = serializers.CharField()
    report = serializers.IntegerField(source="report.pk", default=None, allow_null=True)
    points = PointSerializer(many=True)


class UploadSerializer(serializers.Serializer[Any]):
    """The PDF to look at."""

    file = serializers.FileField()


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report: what was asked for, how far it is, and the digests of what was made."""

    system = VisibleField(AISystem, required=False, allow_null=True)
    card = VisibleField(CardRevision, required=False, allow_null=True)
    assessment = VisibleField(Assessment, required=False, allow_null=True)
    left_out = serializers.MultipleChoiceField(choices=OPTIONAL, required=False)
    reference = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    progress = serializers.IntegerField(source="job.progress", read_only=True)
    message = serializers.CharField(source="job.message", read_only=True)
    error = serializers.CharField(source="job.error", read_only=True)
    signoffs = SignOffSerializer(many=True, read_only=True)

    class Meta:
        model = Report
        fields = (
            "id",
            "reference",
            "definition",
            "mark",
            "left_out",
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
            "signoffs",
        )
        read_only_fields = tuple(f for f in fields if f not in WRITABLE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("system") is None) == (attrs.get("card") is None):
            said = _("Name either a system or a revision of a card.")
            raise serializers.ValidationError({"system": said})
        return attrs


class ReportViewSet(RecordViewSet):
    """Reports that the caller may see."""

    queryset = Report.objects.select_related(
        "job", "system", "card__model_version__model", "file", "snapshot"
    ).prefetch_related("signoffs")
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
        chosen = {"system": values["system"], "assessment": values.get("assessment")}
        options = Options(
            definition=values.get("definition", Report.Definition.RMF_SYSTEM),
            mark=values.get("mark", ""),
            left_out=tuple(values.get("left_out", ())),
        )
        return self.created(request_report(by=by, options=options, **chosen))

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

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(
        detail=True,
        methods=["get"],
        url_path="oscal/(?P<name>catalog|assessment-results|poam)",
    )
    def oscal(self, request: Request, pk: str | None = None, name: str = "") -> HttpResponse:
        """An OSCAL document of a report of a system; 409 while it is not printed."""
        report: Report = self.get_object()
        body = hand_out_oscal(by=person(request), report=report, name=name)
        file = f"{report.reference}-{name}.oscal.json"
        return attachment(body, media_type="application/json", name=file)

    @extend_schema(request=UploadSerializer, responses=VerdictSerializer)
    @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def verify(self, request: Request) -> Response:
        """What holds of the PDF in the part `file`. Nothing of it is kept."""
        sent = VerifyForm(request.data, request.FILES)
        if not sent.is_valid():
            raise serializers.ValidationError(
                {name: [str(e) for e in said] for name, said in sent.errors.items()}
            )
        verdict = verify(sent.cleaned_data["file"].read(), by=person(request))
        return Response(VerdictSerializer(verdict).data)


def person(request: Request) -> User:
    """Who asks; every route wants a log-in."""
    return cast(User, request.user)


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("reports", ReportViewSet, basename="report")
