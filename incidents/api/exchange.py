"""Reports of others, similar incidents and clocks over the API; every write is a page's action."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from incidents.actions.cases import apply_import, discard_import, plan_import, say_not_similar
from incidents.actions.clocks import (
    assess_duty,
    record_submission,
    state_fact,
    withdraw_clock,
)
from incidents.case_tables import CaseFilter, ClockFilter
from incidents.exchange.record import CaseRecord
from incidents.exchange.writing import TARGETS, export
from incidents.models import (
    CaseImport,
    CaseReport,
    Fact,
    Incident,
    IncidentFact,
    NotificationClock,
    Submission,
)
from incidents.queries import clocks as queries
from incidents.queries.cases import record_of
from incidents.queries.similar import similar_to, similar_to_text
from ledger.models import Record
from web.api import RecordViewSet, VisibleField, require_match
from web.parsers import StrictJSONParser


class CaseReportSerializer(serializers.ModelSerializer[CaseReport]):
    """A report of others as read."""

    kind = serializers.CharField(source="case_kind", read_only=True)
    original = serializers.CharField(source="original.digest", read_only=True)

    class Meta:
        model = CaseReport
        fields = (
            "id", "unit", "source", "external_id", "kind", "title", "dated", "identifiers",
            "record", "record_digest", "original", "file_name", "position", "licence", "batch",
            "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class CaseImportSerializer(serializers.ModelSerializer[CaseImport]):
    """An import: its files, its plan, its state."""

    class Meta:
        model = CaseImport
        fields = (
            "id", "unit", "state", "licence", "files", "plan", "asked_by", "created_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class UnitField(serializers.PrimaryKeyRelatedField[Unit]):
    """A unit in which the caller may declare incidents."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        if request is None:
            return Unit.objects.none()
        return units_where(request.user, Permission.INCIDENT_DECLARE)


class CaseFilesSerializer(serializers.Serializer[Any]):
    """Files to plan an import of, as multipart."""

    unit = UnitField(queryset=Unit.objects.none())
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), min_length=1, max_length=100
    )
    licence = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class SimilarIncidentSerializer(serializers.Serializer[Any]):
    """A record that resembles another, and why."""

    kind = serializers.CharField()
    id = serializers.IntegerField(source="record.pk")
    reference = serializers.CharField(source="record.reference")
    title = serializers.CharField(source="record.title")
    score = serializers.FloatField()
    reasons = serializers.ListField(child=serializers.CharField())


class LookSerializer(serializers.Serializer[Any]):
    """A description to find similar records for."""

    text = serializers.CharField(max_length=20_000)


class UnlikeSerializer(serializers.Serializer[Any]):
    """The incident or the report that is not similar."""

    other = VisibleField(Incident, required=False, allow_null=True, default=None)
    case = VisibleField(CaseReport, required=False, allow_null=True, default=None)


class FactSerializer(serializers.ModelSerializer[IncidentFact]):
    """A moment from which periods count."""

    class Meta:
        model = IncidentFact
        fields = ("id", "fact", "at", "zone", "note", "stated_by", "version")
        read_only_fields = fields


class StateFactSerializer(serializers.Serializer[Any]):
    """A fact to state."""

    fact = serializers.ChoiceField(choices=Fact.choices)
    at = serializers.DateTimeField()
    zone = serializers.CharField(max_length=60, required=False, default="UTC")
    note = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)


class ClockSerializer(serializers.ModelSerializer[NotificationClock]):
    """A duty of an incident with its deadline."""

    class Meta:
        model = NotificationClock
        fields = (
            "id", "incident", "rule_id", "rule", "state", "reason", "zone", "start_fact",
            "started_at", "due_at", "lenient_at", "basis", "sent_at", "assessed_by", "version",
        )  # fmt: skip
        read_only_fields = fields


class AssessSerializer(serializers.Serializer[Any]):
    """Whether a duty applies."""

    rule = serializers.CharField(max_length=60)
    applies = serializers.BooleanField()
    reason = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)
    zone = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """A notice as it was sent."""

    class Meta:
        model = Submission
        fields = (
            "id", "clock", "number", "sent_at", "recipient", "reference", "note", "digest",
            "was_late", "sent_by",
        )  # fmt: skip
        read_only_fields = fields


class SubmitSerializer(serializers.Serializer[Any]):
    """A notice to record."""

    sent_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    recipient = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    reference = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    text = serializers.CharField(max_length=50_000, required=False, default="", allow_blank=True)
    note = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)


class ClockReasonSerializer(serializers.Serializer[Any]):
    """Why a clock is withdrawn."""

    reason = serializers.CharField(max_length=4_000)


class TargetSerializer(serializers.Serializer[Any]):
    """The format of an export."""

    to = serializers.ChoiceField(choices=list(TARGETS))


class _Reading(RecordViewSet):
    """Reads bodies, matches tags."""

    def matched(self) -> Any:
        """The record, of which If-Match must name the version."""
        record: Record = self.get_object()
        require_match(self.request, record)
        return record

    def read(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The body as ``kind``. Raises 400."""
        return read_body(self, kind)


def read_body(view: Any, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The validated body of the request of ``view``."""
    read = kind(data=view.request.data, context=view.get_serializer_context())
    read.is_valid(raise_exception=True)
    found: dict[str, Any] = read.validated_data
    return found


def exported(record: CaseRecord, request: Request) -> Response:
    """The record in the format of ``?to=``, with what that leaves out."""
    read = TargetSerializer(data=request.query_params)
    read.is_valid(raise_exception=True)
    made = export(record, read.validated_data["to"])
    losses = [{"path": loss.path, "value": loss.value} for loss in made.losses]
    return Response({"file": made.data.decode(), "name": made.file_name, "losses": losses})


class CaseReportViewSet(_Reading):
    """Reports of others: list, show, export."""

    queryset = CaseReport.objects.select_related("original")
    serializer_class = CaseReportSerializer
    filterset_class = CaseFilter

    @extend_schema(parameters=[TargetSerializer], responses=OpenApiTypes.OBJECT)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def export(self, request: Request, pk: str) -> Response:
        """The report in another format, and what that cannot hold."""
        return exported(cast(CaseRecord, self.get_object().record), request)


class CaseImportViewSet(_Reading):
    """Imports: plan with files, then apply or discard."""

    queryset = CaseImport.objects.all()
    serializer_class = CaseImportSerializer
    parser_classes = (MultiPartParser, StrictJSONParser)

    @extend_schema(request=CaseFilesSerializer, responses={201: CaseImportSerializer})
    def create(self, request: Request) -> Response:
        """Keep the files and say what importing them would do."""
        values = self.read(CaseFilesSerializer)
        given = [(one.name, one.read()) for one in values.pop("files")]
        return self.created(plan_import(by=cast(User, request.user), files=given, **values))

    @extend_schema(request=None, responses=CaseImportSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Import what the plan names."""
        return self.shown(apply_import(by=cast(User, request.user), batch=self.matched()))

    @extend_schema(request=None, responses=CaseImportSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Put the plan away."""
        return self.shown(discard_import(by=cast(User, request.user), batch=self.matched()))


class ClockViewSet(_Reading):
    """Clocks: list, show, pack, record a notice, withdraw."""

    queryset = NotificationClock.objects.select_related("incident")
    serializer_class = ClockSerializer
    filterset_class = ClockFilter

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def pack(self, request: Request, pk: str) -> Response:
        """The pre-filled pack."""
        return Response(queries.pack_of(self.get_object()))

    @extend_schema(request=SubmitSerializer, responses={201: SubmissionSerializer})
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Record a notice as it was sent."""
        clock = self.matched()
        values = self.read(SubmitSerializer)
        sent = record_submission(by=cast(User, request.user), clock=clock, **values)
        return Response(SubmissionSerializer(sent).data, status=201)

    @extend_schema(request=ClockReasonSerializer, responses=ClockSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Stop the clock."""
        clock = self.matched()
        values = self.read(ClockReasonSerializer)
        return self.shown(withdraw_clock(by=cast(User, request.user), clock=clock, **values))


class IncidentExchange(RecordViewSet):
    """What exchange, search and clocks add to an incident."""

    @extend_schema(parameters=[TargetSerializer], responses=OpenApiTypes.OBJECT)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def export(self, request: Request, pk: str) -> Response:
        """The incident in another format, and what that cannot hold."""
        return exported(record_of(self.get_object()), request)

    @extend_schema(responses=SimilarIncidentSerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=None)
    def similar(self, request: Request, pk: str) -> Response:
        """What resembles the incident among the records that the caller may see."""
        found = similar_to(self.get_object(), by=request.user)
        return Response(SimilarIncidentSerializer(found, many=True).data)

    @extend_schema(request=LookSerializer, responses=SimilarIncidentSerializer(many=True))
    @action(detail=False, methods=["post"], url_path="look", url_name="look")
    def look(self, request: Request) -> Response:
        """What resembles a description."""
        found = similar_to_text(read_body(self, LookSerializer)["text"], by=request.user)
        return Response(SimilarIncidentSerializer(found, many=True).data)

    @extend_schema(request=UnlikeSerializer, responses={204: None})
    @action(detail=True, methods=["post"], url_path="not-similar", url_name="not-similar")
    def not_similar(self, request: Request, pk: str) -> Response:
        """Keep a found one from being shown again."""
        incident = self._tagged_incident()
        values = read_body(self, UnlikeSerializer)
        say_not_similar(by=cast(User, request.user), incident=incident, **values)
        return Response(status=204)

    @extend_schema(responses=FactSerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=None)
    def facts(self, request: Request, pk: str) -> Response:
        """The stated facts from which periods count."""
        return Response(FactSerializer(queries.facts_of(self.get_object()), many=True).data)

    @extend_schema(request=StateFactSerializer, responses={201: FactSerializer})
    @facts.mapping.post
    def state_fact(self, request: Request, pk: str) -> Response:
        """State a fact, or correct it; clocks that count from it follow."""
        incident = self._tagged_incident()
        values = read_body(self, StateFactSerializer)
        stated = state_fact(by=cast(User, request.user), incident=incident, **values)
        return Response(FactSerializer(stated).data, status=201)

    @extend_schema(responses=ClockSerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=None)
    def duties(self, request: Request, pk: str) -> Response:
        """The duties that were assessed."""
        return Response(ClockSerializer(queries.clocks_of(self.get_object()), many=True).data)

    @extend_schema(request=AssessSerializer, responses={201: ClockSerializer})
    @duties.mapping.post
    def assess_duty(self, request: Request, pk: str) -> Response:
        """Say whether a duty applies."""
        incident = self._tagged_incident()
        values = read_body(self, AssessSerializer)
        clock = assess_duty(by=cast(User, request.user), incident=incident, **values)
        return Response(ClockSerializer(clock).data, status=201)

    def _tagged_incident(self) -> Incident:
        incident: Incident = self.get_object()
        require_match(self.request, incident)
        return incident


def register(router: BaseRouter) -> None:
    """Add the routes of reports and clocks."""
    router.register("case-reports", CaseReportViewSet, basename="case-report")
    router.register("case-imports", CaseImportViewSet, basename="case-import")
    router.register("clocks", ClockViewSet, basename="clock")
