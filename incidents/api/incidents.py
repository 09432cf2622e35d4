"""Incidents over the API. Every write is the action that the pages use."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from incidents import actions, queries, wording
from incidents.models import Incident, Severity, TimelineEntry
from incidents.tables import IncidentFilter
from models_registry.models import AISystem, ModelVersion
from web.api import RecordViewSet, VisibleField, require_match


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """An incident as shown."""

    reference = serializers.CharField(read_only=True)

    class Meta:
        model = Incident
        fields = (
            "id",
            "reference",
            "title",
            "summary",
            "severity",
            "severity_reason",
            "state",
            "unit",
            "model_version",
            "system",
            "check_run",
            "previous",
            "detected_at",
            "occurred_at",
            "last_failed_at",
            "resolved_at",
            "closed_at",
            "declared_by",
            "commander",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


class EntrySerializer(serializers.ModelSerializer[TimelineEntry]):
    """One line of the timeline."""

    kind = serializers.CharField(source="entry_kind", read_only=True)
    recorded_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = TimelineEntry
        fields = (
            "id",
            "kind",
            "happened_at",
            "recorded_at",
            "text",
            "author",
            "person",
            "correction_of",
            "check_run",
        )
        read_only_fields = fields


class DeclareSerializer(serializers.Serializer[Any]):
    """What a declaration needs: text, severity, and a model version or a system."""

    what = serializers.CharField(max_length=20_000)
    severity = serializers.ChoiceField(choices=Severity.choices)
    model_version = VisibleField(ModelVersion, required=False, source="version")
    system = VisibleField(AISystem, required=False)
    severity_reason = serializers.CharField(max_length=4_000, required=False, default="")
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class NoteSerializer(serializers.Serializer[Any]):
    """A note."""

    text = serializers.CharField(max_length=20_000)
    happened_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    correction_of = VisibleField(TimelineEntry, required=False, allow_null=True, default=None)


class IncidentStepSerializer(serializers.Serializer[Any]):
    """A step of the state table."""

    verb = serializers.ChoiceField(choices=sorted(wording.QUESTIONS))
    reason = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)


class SeveritySerializer(serializers.Serializer[Any]):
    """Another severity and why."""

    severity = serializers.ChoiceField(choices=Severity.choices)
    reason = serializers.CharField(max_length=4_000)


class IncidentViewSet(RecordViewSet):
    """Incidents: list, show, declare, note, advance, change severity."""

    queryset = queries.with_names(Incident.objects.all())
    serializer_class = IncidentSerializer
    filterset_class = IncidentFilter

    @extend_schema(request=DeclareSerializer, responses={201: IncidentSerializer})
    def create(self, request: Request) -> Response:
        """Declare an incident."""
        return self.created(
            actions.declare_incident(by=cast(User, request.user), **self._read(DeclareSerializer))
        )

    @extend_schema(responses=EntrySerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=None)
    def timeline(self, request: Request, pk: str) -> Response:
        """Every entry, in the order in which things happened."""
        entries = queries.timeline(self.get_object())
        return Response(EntrySerializer(entries, many=True).data)

    @extend_schema(request=NoteSerializer, responses={201: EntrySerializer})
    @action(detail=True, methods=["post"])
    def notes(self, request: Request, pk: str) -> Response:
        """Add a note to the timeline."""
        entry = actions.add_note(
            by=cast(User, request.user), incident=self._matched(), **self._read(NoteSerializer)
        )
        return Response(EntrySerializer(entry).data, status=201)

    @extend_schema(request=IncidentStepSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def advance(self, request: Request, pk: str) -> Response:
        """Take a step of the state table."""
        incident = self._matched()
        return self.shown(
            actions.advance(
                by=cast(User, request.user), incident=incident, **self._read(IncidentStepSerializer)
            )
        )

    @extend_schema(request=SeveritySerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def severity(self, request: Request, pk: str) -> Response:
        """Change the severity, with a reason."""
        incident = self._matched()
        return self.shown(
            actions.change_severity(
                by=cast(User, request.user), incident=incident, **self._read(SeveritySerializer)
            )
        )

    def _matched(self) -> Incident:
        incident: Incident = self.get_object()
        require_match(self.request, incident)
        return incident

    def _read(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        read = kind(data=self.request.data, context=self.get_serializer_context())
        read.is_valid(raise_exception=True)
        found: dict[str, Any] = read.validated_data
        return found
