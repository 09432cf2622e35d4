"""People, access, merging, containment and recovery over the API."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from incidents import actions, queries
from incidents.api.serializers import (
    AccessSerializer,
    ContainmentSerializer,
    ContainSerializer,
    IncidentSerializer,
    MergeSerializer,
    PartSerializer,
    ProofSerializer,
    ReaderSerializer,
    RecoveryChecksSerializer,
    SplitSerializer,
)
from incidents.models import Incident
from web.api import RecordViewSet, require_match

_NAME: dict[str, Any] = {
    "commander": actions.name_commander,
    "scribe": actions.name_scribe,
    "liaison": actions.name_liaison,
}


class ResponseActions(RecordViewSet):
    """What the viewset of incidents adds for the response."""

    @extend_schema(request=PartSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def people(self, request: Request, pk: str) -> Response:
        """Name commander, scribe or liaison."""
        incident = self.matched()
        sent = self.read(PartSerializer)
        part = sent["part"]
        return self.shown(
            _NAME[part](by=cast(User, request.user), incident=incident, **{part: sent["person"]})
        )

    @extend_schema(methods=["get"], responses=ReaderSerializer(many=True))
    @extend_schema(methods=["post"], request=AccessSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def access(self, request: Request, pk: str) -> Response:
        """Who may see a private incident; or change that."""
        if request.method == "GET":
            return Response(ReaderSerializer(self.get_object().readers.all(), many=True).data)
        return self._done(actions.set_access, AccessSerializer)

    @extend_schema(request=MergeSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> Response:
        """Merge into another incident."""
        return self._done(actions.mark_duplicate, MergeSerializer)

    @extend_schema(request=SplitSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def split(self, request: Request, pk: str) -> Response:
        """Take a merge back."""
        return self._done(actions.undo_duplicate, SplitSerializer)

    @extend_schema(methods=["get"], responses=ContainmentSerializer(many=True))
    @extend_schema(methods=["post"], request=ContainSerializer, responses=ContainmentSerializer)
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def containments(self, request: Request, pk: str) -> Response:
        """What holds the harm back; or record more of it."""
        if request.method == "GET":
            rows = self.get_object().containments.all()
            return Response(ContainmentSerializer(rows, many=True).data)
        made = actions.contain(
            by=cast(User, request.user), incident=self.matched(), **self.read(ContainSerializer)
        )
        return Response(ContainmentSerializer(made).data, status=201)

    @extend_schema(methods=["get"], responses=ProofSerializer(many=True))
    @extend_schema(methods=["post"], request=RecoveryChecksSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def recovery(self, request: Request, pk: str) -> Response:
        """Whether the named checks pass again; or name them."""
        if request.method == "GET":
            proofs = queries.recovery(self.get_object())
            return Response(ProofSerializer(proofs, many=True).data)
        return self._done(actions.name_recovery_checks, RecoveryChecksSerializer)

    def matched(self) -> Incident:
        """The incident, of the version that the caller read. Raises 428 or 412."""
        incident: Incident = self.get_object()
        require_match(self.request, incident)
        return incident

    def read(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent, checked by ``kind``."""
        read = kind(data=self.request.data, context=self.get_serializer_context())
        read.is_valid(raise_exception=True)
        found: dict[str, Any] = read.validated_data
        return found

    def _done(self, act: Any, kind: type[serializers.Serializer[Any]]) -> Response:
        incident = self.matched()
        return self.shown(act(by=self.request.user, incident=incident, **self.read(kind)))
