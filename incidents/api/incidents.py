"""Incidents over the API. Every write is the action that the pages use."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from incidents import actions, queries
from incidents.api.alerts import AlertActions
from incidents.api.exchange import IncidentExchange
from incidents.api.playbooks import PlaybookActions
from incidents.api.serializers import (
    DeclareSerializer,
    EntrySerializer,
    IncidentSerializer,
    IncidentStepSerializer,
    NoteSerializer,
    SeveritySerializer,
)
from incidents.api.trends import TrendActions
from incidents.models import Incident
from incidents.tables import IncidentFilter
from web.api import RecordViewSet


class IncidentViewSet(AlertActions, TrendActions, PlaybookActions, IncidentExchange, RecordViewSet):
    """Incidents: list, show, declare, note, advance, change severity."""

    queryset = queries.with_names(Incident.objects.all())
    serializer_class = IncidentSerializer
    filterset_class = IncidentFilter

    @extend_schema(request=DeclareSerializer, responses={201: IncidentSerializer})
    def create(self, request: Request) -> Response:
        """Declare an incident."""
        return self.created(
            actions.declare_incident(by=cast(User, request.user), **self.read(DeclareSerializer))
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
            by=cast(User, request.user), incident=self.matched(), **self.read(NoteSerializer)
        )
        return Response(EntrySerializer(entry).data, status=201)

    @extend_schema(request=IncidentStepSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def advance(self, request: Request, pk: str) -> Response:
        """Take a step of the state table."""
        incident = self.matched()
        return self.shown(
            actions.advance(
                by=cast(User, request.user), incident=incident, **self.read(IncidentStepSerializer)
            )
        )

    @extend_schema(request=SeveritySerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def severity(self, request: Request, pk: str) -> Response:
        """Change the severity, with a reason."""
        incident = self.matched()
        return self.shown(
            actions.change_severity(
                by=cast(User, request.user), incident=incident, **self.read(SeveritySerializer)
            )
        )
