"""Signals and the rules by which they open incidents, over the API."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from evaluations.listing import families
from incidents.actions.rules import (
    LONGEST_REOPEN_HOURS,
    enable_rule,
    replay_terms,
    withdraw_rule,
)
from incidents.api.exchange import read_body
from incidents.models import KINDS, Signal, SignalRule
from incidents.pictures import table_of
from incidents.queries.rules import rules_for_list
from incidents.queries.signals import observations_of, signals_for_list
from incidents.signal_tables import RuleFilter, SignalFilter
from incidents.signals.deciding import LONGEST, Terms
from web.api import RecordViewSet, require_match


class SignalSerializer(serializers.ModelSerializer[Signal]):
    """A signal; ``incident`` is null when there is none that the caller may see."""

    reference = serializers.CharField(read_only=True)
    kind = serializers.CharField(source="kind_of", read_only=True)
    phase = serializers.CharField(read_only=True)
    incident = serializers.SerializerMethodField()

    class Meta:
        model = Signal
        fields = (
            "id",
            "reference",
            "fingerprint",
            "kind",
            "phase",
            "model",
            "deployment",
            "environment",
            "family",
            "slice",
            "monitor",
            "last_run",
            "incident",
            "first_bad_at",
            "last_bad_at",
            "bad_count",
            "opened_at",
            "recovered_at",
            "version",
        )
        read_only_fields = fields

    def get_incident(self, signal: Any) -> int | None:
        """The id of the incident."""
        found: int | None = signal.incident_id if signal.incident_seen else None
        return found


class ObservationSerializer(serializers.Serializer[Any]):
    """What one run says of a signal; ``outcome`` is null where it says nothing of the slice."""

    at = serializers.DateTimeField(source="observation.at", read_only=True)
    check_run = serializers.IntegerField(source="observation.run_id", read_only=True)
    check = serializers.CharField(source="observation.run.check_name", read_only=True)
    outcome = serializers.CharField(read_only=True, allow_null=True)
    superseded = serializers.BooleanField(source="observation.run.superseded", read_only=True)


class RuleSerializer(serializers.ModelSerializer[SignalRule]):
    """A rule as shown."""

    kind = serializers.CharField(source="kind_of", read_only=True)

    class Meta:
        model = SignalRule
        fields = (
            "id",
            "unit",
            "family",
            "kind",
            "k",
            "n",
            "close_after",
            "reopen_hours",
            "active",
            "would_open",
            "replay_days",
            "enabled_by",
            "version",
        )
        read_only_fields = fields


class SeenUnitField(serializers.PrimaryKeyRelatedField[Any]):
    """A unit that the caller may see; the action decides what he may do there."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        if request is None:
            return Unit.objects.none()
        return units_where(request.user, Permission.RECORD_VIEW)


class TermsSerializer(serializers.Serializer[Any]):
    """Terms to replay: an empty family means all but security and privacy."""

    unit = SeenUnitField(queryset=Unit.objects.none())
    family = serializers.ChoiceField(
        choices=families(), required=False, default="", allow_blank=True
    )
    kind = serializers.ChoiceField(choices=KINDS)
    k = serializers.IntegerField(min_value=1, max_value=LONGEST)
    n = serializers.IntegerField(min_value=1, max_value=LONGEST)
    close_after = serializers.IntegerField(min_value=1, max_value=LONGEST)
    reopen_hours = serializers.IntegerField(min_value=0, max_value=LONGEST_REOPEN_HOURS)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """What the actions take: the four figures as ``terms``."""
        found: dict[str, Any] = super().to_internal_value(data)
        names = ("k", "n", "close_after", "reopen_hours")
        terms = Terms(*(found.pop(name) for name in names))
        return {**found, "terms": terms}


class EnableSerializer(TermsSerializer):
    """Terms to enable, with what their replay said and why they fit."""

    would_open = serializers.IntegerField(min_value=0)
    reason = serializers.CharField(max_length=4_000)


class ReplayedSerializer(serializers.Serializer[Any]):
    """What terms would have opened; ``before`` is the same for the terms in force."""

    days = serializers.IntegerField(read_only=True)
    opened = serializers.IntegerField(read_only=True)
    before = serializers.IntegerField(read_only=True)
    series = serializers.IntegerField(read_only=True)
    observations = serializers.IntegerField(read_only=True)


class RuleReasonSerializer(serializers.Serializer[Any]):
    """Why a rule is withdrawn."""

    reason = serializers.CharField(max_length=4_000)


class SignalViewSet(RecordViewSet):
    """Signals: list and show, with the observations behind each."""

    queryset = Signal.objects.all()
    serializer_class = SignalSerializer
    filterset_class = SignalFilter

    def get_queryset(self) -> Any:
        """What the caller may see, with phase."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        return signals_for_list(self.request.user)

    @extend_schema(responses=ObservationSerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=None)
    def observations(self, request: Request, pk: str) -> Response:
        """The newest observations, newest first."""
        signal = self.get_object()
        rows = table_of(signal, observations_of(signal))
        return Response(ObservationSerializer(rows, many=True).data)


class RuleViewSet(RecordViewSet):
    """Rules: list, show, replay, enable, withdraw."""

    queryset = SignalRule.objects.all()
    serializer_class = RuleSerializer
    filterset_class = RuleFilter

    def get_queryset(self) -> Any:
        """What the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        return rules_for_list(self.request.user)

    @extend_schema(request=TermsSerializer, responses=ReplayedSerializer)
    @action(detail=False, methods=["post"])
    def replay(self, request: Request) -> Response:
        """What terms would have opened in the last 90 days. Changes nothing."""
        found = replay_terms(by=cast(User, request.user), **read_body(self, TermsSerializer))
        return Response(ReplayedSerializer(found).data)

    @extend_schema(request=EnableSerializer, responses={201: RuleSerializer})
    def create(self, request: Request) -> Response:
        """Enable terms in a unit; ``would_open`` must be what their replay says."""
        values = read_body(self, EnableSerializer)
        return self.created(enable_rule(by=cast(User, request.user), **values))

    @extend_schema(request=RuleReasonSerializer, responses=RuleSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Let what holds above the unit hold again."""
        rule: SignalRule = self.get_object()
        require_match(request, rule)
        values = read_body(self, RuleReasonSerializer)
        return self.shown(withdraw_rule(by=cast(User, request.user), rule=rule, **values))


def register(router: BaseRouter) -> None:
    """Add the routes of signals and rules."""
    router.register("signals", SignalViewSet, basename="signal")
    router.register("signal-rules", RuleViewSet, basename="signal-rule")
