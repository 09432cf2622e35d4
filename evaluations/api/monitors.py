"""Monitors over the API."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from evaluations.actions import add_monitor, edit_monitor, merge_windows, move_monitor
from evaluations.api.runs import JsonObject, RunSerializer
from evaluations.checks.catalogue import CATALOGUE
from evaluations.models import Monitor
from evaluations.monitoring import windows_of
from evaluations.spending import budget_of, cadence_of, cost_of
from evaluations.tables import MonitorFilter
from models_registry.models import DatasetVersion, Deployment, ModelVersion
from web.api import RecordViewSet, VisibleField, require_match

_FIELDS = (
    "id", "model_version", "deployment", "name", "state", "checks", "roles", "params",
    "reference", "source", "place", "pattern", "time_column", "cron", "every_minutes",
    "watermark_minutes",
    "late_hours", "baseline_days", "detect_days", "price_hour", "price_gb", "currency", "budget",
    "budget_of", "cursor", "next_at", "version",
)  # fmt: skip


class CostSerializer(serializers.Serializer[Any]):
    """What a monitor used up so far."""

    runs = serializers.IntegerField()
    rows = serializers.IntegerField()
    size = serializers.IntegerField(help_text="bytes")
    seconds = serializers.FloatField()
    money = serializers.FloatField(allow_null=True, help_text="from the declared prices")


class BudgetSerializer(serializers.Serializer[Any]):
    """A budget for 30 days against the last 30 and, at this pace, the next."""

    measure = serializers.CharField()
    allowed = serializers.FloatField()
    spent = serializers.FloatField()
    ahead = serializers.FloatField()
    is_exceeded = serializers.BooleanField()


class SpendingSerializer(CostSerializer):
    """Cost so far, and the budget when there is one."""

    budget = BudgetSerializer(allow_null=True)


class OptionSerializer(serializers.Serializer[Any]):
    """Looking ``factor`` times as rarely; rows and seconds in 30 days."""

    factor = serializers.IntegerField()
    pooled = serializers.BooleanField()
    chance = serializers.FloatField()
    days = serializers.FloatField()
    rows = serializers.FloatField()
    seconds = serializers.FloatField()


class CadenceSerializer(serializers.Serializer[Any]):
    """Rarer cadences with their power, and the cheapest that sees as much as the present one."""

    signal = serializers.CharField()
    within = serializers.IntegerField(help_text="days")
    enough = serializers.IntegerField(allow_null=True, help_text="rows per window")
    best = OptionSerializer(allow_null=True)
    options = OptionSerializer(many=True)


class WindowSerializer(serializers.Serializer[Any]):
    """A window, its end excluded, and its current runs."""

    start = serializers.DateTimeField(source="window.start")
    end = serializers.DateTimeField(source="window.end")
    merged = serializers.BooleanField(source="window.merged")
    note = serializers.CharField(source="window.note")
    superseded = serializers.IntegerField()
    runs = RunSerializer(many=True)


class MonitorSerializer(serializers.ModelSerializer[Monitor]):
    """Checks that repeat themselves: what, on which tables, and when."""

    model_version = VisibleField(ModelVersion)
    deployment = VisibleField(Deployment, required=False, allow_null=True)
    reference = VisibleField(DatasetVersion, required=False, allow_null=True)
    budget_of = serializers.ChoiceField(choices=Monitor.Measure.choices, required=False)
    checks = serializers.ListField(
        child=serializers.ChoiceField(choices=list(CATALOGUE)), allow_empty=False, max_length=50
    )
    roles = JsonObject(default=dict)
    params = JsonObject(default=dict)

    class Meta:
        model = Monitor
        fields = _FIELDS
        read_only_fields = ("state", "cursor", "next_at", "version")
        validators: tuple[Any, ...] = ()


class MonitorAddSerializer(MonitorSerializer):
    """A new monitor."""

    since = serializers.DateTimeField(
        required=False, write_only=True, help_text="the first window holds it; a year ago at most"
    )

    class Meta:
        model = Monitor
        fields = (*_FIELDS, "since")
        read_only_fields = ("state", "cursor", "next_at", "version")
        validators: tuple[Any, ...] = ()


class MonitorEditSerializer(MonitorSerializer):
    """What may be changed; the model version and the deployment stay."""

    reason = serializers.CharField(max_length=2_000, required=False, write_only=True)

    class Meta:
        model = Monitor
        validators: tuple[Any, ...] = ()
        fields = (*_FIELDS, "reason")
        read_only_fields = (
            "model_version", "deployment", "state", "cursor", "next_at", "version",
        )  # fmt: skip


class PauseSerializer(serializers.Serializer[Any]):
    """Why a monitor is paused."""

    reason = serializers.CharField(max_length=500)


class MonitorViewSet(RecordViewSet):
    """Monitors that the caller may see."""

    queryset = Monitor.objects.select_related("model_version__model", "deployment", "reference")
    serializer_class = MonitorSerializer
    filterset_class = MonitorFilter

    def _by(self) -> User:
        return cast(User, self.request.user)

    @extend_schema(request=MonitorAddSerializer, responses={201: MonitorSerializer})
    def create(self, request: Request) -> Response:
        """Add a monitor."""
        sent = MonitorAddSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        version, since = values.pop("model_version"), values.pop("since", None)
        made = add_monitor(by=self._by(), version=version, values=values, since=since)
        return self.created(made)

    @extend_schema(request=MonitorEditSerializer, responses=MonitorSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change fields (If-Match); checks, columns, limits and reference need a reason."""
        monitor = self.get_object()
        require_match(request, monitor)
        context = self.get_serializer_context()
        sent = MonitorEditSerializer(monitor, data=request.data, partial=True, context=context)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        reason = values.pop("reason", "")
        base = {name: getattr(monitor, name) for name in values}
        edit_monitor(by=self._by(), monitor=monitor, base=base, values=values, reason=reason)
        return self.shown(monitor)

    @extend_schema(request=PauseSerializer, responses=MonitorSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Pause; needs If-Match."""
        monitor = self.get_object()
        require_match(request, monitor)
        sent = PauseSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        reason = sent.validated_data["reason"]
        moved = move_monitor(by=self._by(), monitor=monitor, verb="pause", reason=reason)
        return self.shown(moved)

    @extend_schema(request=None, responses=MonitorSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Resume with the window that holds the present moment; needs If-Match."""
        monitor = self.get_object()
        require_match(request, monitor)
        return self.shown(move_monitor(by=self._by(), monitor=monitor, verb="resume"))

    @extend_schema(request=None, responses={201: RunSerializer(many=True)})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Judge the newest four windows together, from their stored aggregates; needs If-Match."""
        monitor = self.get_object()
        require_match(request, monitor)
        runs = merge_windows(by=self._by(), monitor=monitor, count=4)
        return Response(RunSerializer(runs, many=True).data, status=201)

    @extend_schema(responses=WindowSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def windows(self, request: Request, pk: str) -> Response:
        """The newest sixty windows with their current runs."""
        return Response(WindowSerializer(windows_of(self.get_object()), many=True).data)

    @extend_schema(responses=SpendingSerializer)
    @action(detail=True, methods=["get"])
    def cost(self, request: Request, pk: str) -> Response:
        """Runs, rows, bytes, seconds and money so far, and the budget."""
        monitor = self.get_object()
        found = CostSerializer(cost_of(monitor)).data
        budget = budget_of(monitor)
        return Response({**found, "budget": BudgetSerializer(budget).data if budget else None})

    @extend_schema(responses={200: CadenceSerializer, 204: None})
    @action(detail=True, methods=["get"])
    def cadence(self, request: Request, pk: str) -> Response:
        """How rarely it could look; 204 while no window judged a figure with an interval."""
        found = cadence_of(self.get_object())
        return Response(status=204) if found is None else Response(CadenceSerializer(found).data)
