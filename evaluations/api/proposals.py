"""Proposals of monitors over the API."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from evaluations.actions import decide_proposal
from evaluations.models import Proposal
from evaluations.tables import ProposalFilter
from models_registry.models import ModelVersion
from web.api import RecordViewSet, VisibleField, require_match


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """What fired, how often, and what was decided."""

    reference_number = serializers.CharField(read_only=True)
    model_version = serializers.IntegerField(source="monitor.model_version_id", read_only=True)
    step = serializers.CharField(read_only=True, help_text="what is proposed")

    class Meta:
        model = Proposal
        fields = (
            "id", "reference_number", "monitor", "model_version", "trigger", "step", "state",
            "why", "window", "times", "runs", "blocker", "decided_by", "decided_at", "decision",
            "quiet_until", "outcome", "created_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2_000)


class DismissSerializer(ReasonSerializer):
    """Why nothing is done, and until when the trigger stays quiet."""

    quiet_until = serializers.DateField(required=False, allow_null=True, default=None)


class FinishSerializer(ReasonSerializer):
    """How the work ended, and with which version."""

    outcome = VisibleField(ModelVersion, required=False, allow_null=True, default=None)


class ProposalViewSet(RecordViewSet):
    """Proposals that the caller may see."""

    queryset = Proposal.objects.select_related("monitor__model_version__model", "blocker")
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter

    def _decide(self, request: Request, verb: str, shape: Any) -> Response:
        proposal = self.get_object()
        require_match(request, proposal)
        sent = shape(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        by = cast(User, request.user)
        return self.shown(
            decide_proposal(by=by, proposal=proposal, verb=verb, **sent.validated_data)
        )

    @extend_schema(request=ReasonSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take the work on (If-Match, reason); nothing is started."""
        return self._decide(request, "accept", ReasonSerializer)

    @extend_schema(request=DismissSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Do nothing about it (If-Match, reason); not by whoever added the monitor."""
        return self._decide(request, "dismiss", DismissSerializer)

    @extend_schema(request=FinishSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """Say that the work is over (If-Match, reason)."""
        return self._decide(request, "finish", FinishSerializer)
