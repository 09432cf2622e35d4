"""Runs over the API: start checks, see runs with their figures."""

from math import inf
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from evaluations.actions import cancel_run, check_file, replay_run, start_checks
from evaluations.computing import CheckBroke, stored
from evaluations.freshness import with_freshness
from evaluations.junit import junit
from evaluations.listing import for_tables
from evaluations.models import CheckRun, MetricResult
from evaluations.tables import RunFilter
from evaluations.waiting import wait_for
from ledger.errors import Refused
from models_registry.models import DatasetVersion, ModelVersion
from web.api import RecordViewSet, VisibleField, require_match

WAIT = OpenApiParameter("wait", float, description="Seconds to wait for the end, at most 30.")
STRICT = OpenApiParameter("strict", int, description="1: what is inconclusive fails, too.")


def seconds_to_wait(request: Request) -> float:
    """The parameter ``wait``; 0 when it is not given. Raises 400 for what is no number."""
    try:
        seconds = float(request.query_params.get("wait") or 0)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < inf:
        raise serializers.ValidationError({"wait": _("Seconds to wait, such as 20.")})
    return seconds


class ResultSerializer(serializers.ModelSerializer[MetricResult]):
    """One figure of a run; ``n_needed`` are the rows that would decide an inconclusive one."""

    n_needed = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = MetricResult
        fields = (
            "metric",
            "slice",
            "estimate",
            "low",
            "high",
            "n",
            "method",
            "warn",
            "fail",
            "worse",
            "p",
            "p_adjusted",
            "verdict",
            "reason",
            "detail",
            "n_needed",
        )
        read_only_fields = fields


class RunSerializer(serializers.ModelSerializer[CheckRun]):
    """A run: what it looked at, how far it is, and what it says."""

    reference_number = serializers.CharField(read_only=True)
    job = serializers.UUIDField(source="job.public_id", read_only=True, default=None)
    progress = serializers.IntegerField(source="job.progress", read_only=True, default=None)
    freshness = serializers.CharField(
        read_only=True, default="", help_text="fresh, due, stale, superseded, invalid; or empty"
    )

    class Meta:
        model = CheckRun
        fields = (
            "id",
            "reference_number",
            "model_version",
            "check_name",
            "check_version",
            "code_hash",
            "current",
            "reference",
            "roles",
            "params",
            "seed",
            "family",
            "state",
            "job",
            "progress",
            "verdict",
            "headline",
            "reasons",
            "engine",
            "n_rows",
            "results_digest",
            "created_at",
            "started_at",
            "finished_at",
            "due_at",
            "valid_until",
            "freshness",
            "version",
        )
        read_only_fields = fields


class RunWithResultsSerializer(RunSerializer):
    """A run with its figures."""

    results = ResultSerializer(many=True, read_only=True)

    class Meta:
        model = CheckRun
        fields = (*RunSerializer.Meta.fields, "results")
        read_only_fields = fields


class JsonObject(serializers.JSONField):
    """A JSON object; in a form (multipart) as text."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        try:
            value = super().to_internal_value(data)
        except RecursionError:
            self.fail("invalid")
        if not isinstance(value, dict):
            self.fail("invalid")
        return value


class StartSerializer(serializers.Serializer[Any]):
    """What to check: a table that is known or a file, roles of its columns, checks, limits."""

    model_version = VisibleField(ModelVersion)
    current = VisibleField(DatasetVersion, required=False, allow_null=True, default=None)
    file = serializers.FileField(required=False, write_only=True)
    reference = VisibleField(DatasetVersion, required=False, allow_null=True, default=None)
    checks = serializers.ListField(
        child=serializers.ChoiceField(choices=[spec.id for spec in for_tables()]),
        allow_empty=False,
        max_length=50,
    )
    roles = JsonObject(default=dict)
    params = JsonObject(default=dict)

    def validate_params(self, value: dict[str, Any]) -> dict[str, Any]:
        if not all(isinstance(limits, dict) for limits in value.values()):
            raise serializers.ValidationError(_("Limits stand under the id of their check."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("file")) == bool(attrs.get("current")):
            words = _("Send a file, or name a table as current; one of them.")
            raise serializers.ValidationError({"current": words})
        return attrs


class ReplaySerializer(serializers.Serializer[Any]):
    """What judging the stored aggregates again gave."""

    same = serializers.BooleanField()
    verdict = serializers.CharField()
    headline = serializers.CharField()
    code_is_the_same = serializers.BooleanField()


class CancelSerializer(serializers.Serializer[Any]):
    """Why a run is stopped."""

    reason = serializers.CharField(max_length=500)


class CheckRunViewSet(RecordViewSet):
    """Runs that the caller may see."""

    queryset = CheckRun.objects.select_related("job", "model_version__model", "aggregates")
    serializer_class = RunSerializer
    filterset_class = RunFilter

    def get_queryset(self) -> QuerySet[Any]:
        return with_freshness(super().get_queryset())

    def get_serializer_class(self) -> Any:
        return RunWithResultsSerializer if self.action == "retrieve" else RunSerializer

    @extend_schema(
        request={"application/json": StartSerializer, "multipart/form-data": StartSerializer},
        parameters=[WAIT],
        responses={201: RunSerializer(many=True)},
    )
    def create(self, request: Request) -> Response:
        """Start checks as jobs, one run each, of one family. 201 with the runs."""
        seconds = seconds_to_wait(request)
        sent = StartSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        by, version = cast(User, request.user), values.pop("model_version")
        if upload := values.pop("file", None):
            del values["current"]
            runs = check_file(
                by=by, version=version, stream=upload, file_name=upload.name, **values
            )
        else:
            runs = start_checks(by=by, version=version, **values)
        keys = [run.pk for run in runs]
        wait_for(keys, seconds)
        found = self.get_queryset().filter(pk__in=keys).order_by("pk")
        return Response(RunSerializer(found, many=True).data, status=201)

    @extend_schema(parameters=[WAIT], responses=RunWithResultsSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A run with its figures; with ``wait`` once it has ended, or the time is over."""
        seconds = seconds_to_wait(request)
        wait_for([self.get_object().pk], seconds)
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        parameters=[WAIT, STRICT], responses={(200, "application/xml"): OpenApiTypes.STR}
    )
    @action(detail=True, methods=["get"])
    def junit(self, request: Request, pk: str | None = None) -> HttpResponse:
        """The run and all that were started with it as JUnit XML."""
        seconds = seconds_to_wait(request)
        family = self.get_queryset().filter(family=self.get_object().family).order_by("pk")
        wait_for([run.pk for run in family], seconds)
        strict = request.query_params.get("strict") == "1"
        content = junit(list(family.all().prefetch_related("results")), strict=strict)
        return HttpResponse(content, content_type="application/xml; charset=utf-8")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["get"])
    def aggregates(self, request: Request, pk: str | None = None) -> Response:
        """What the verdict was made of: groups and counts of both tables, no rows."""
        try:
            return Response(stored(self.get_object()))
        except CheckBroke as broke:
            raise Refused(str(broke), code="no-aggregates", status=404) from broke

    @extend_schema(request=CancelSerializer, responses=RunSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str | None = None) -> Response:
        """Stop a run that has not ended (If-Match, reason). It becomes an error."""
        run = self.get_object()
        require_match(request, run)
        sent = CancelSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        cancel_run(by=cast(User, request.user), run=run, reason=sent.validated_data["reason"])
        return self.shown(self.get_object())

    @extend_schema(request=None, responses=ReplaySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str | None = None) -> Response:
        """Judge the run's stored aggregates again; nothing is changed."""
        again = replay_run(by=cast(User, request.user), run=self.get_object())
        return Response(ReplaySerializer(again).data)
