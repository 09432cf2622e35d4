"""Runs over the API: start checks, see runs with their figures."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from evaluations.actions import replay_run, start_checks
from evaluations.checks.catalogue import CATALOGUE
from evaluations.models import CheckRun, MetricResult
from evaluations.tables import RunFilter
from models_registry.models import DatasetVersion, ModelVersion
from web.api import RecordViewSet, VisibleField


class ResultSerializer(serializers.ModelSerializer[MetricResult]):
    """One figure of a run."""

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
        )
        read_only_fields = fields


class RunSerializer(serializers.ModelSerializer[CheckRun]):
    """A run: what it looked at, how far it is, and what it says."""

    reference_number = serializers.CharField(read_only=True)
    progress = serializers.IntegerField(source="job.progress", read_only=True, default=None)

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


class StartSerializer(serializers.Serializer[Any]):
    """What to check: tables, roles of the columns, checks and their limits."""

    model_version = VisibleField(ModelVersion)
    current = VisibleField(DatasetVersion)
    reference = VisibleField(DatasetVersion, required=False, allow_null=True, default=None)
    checks = serializers.ListField(
        child=serializers.ChoiceField(choices=list(CATALOGUE)), allow_empty=False, max_length=50
    )
    roles = serializers.DictField()
    params = serializers.DictField(child=serializers.DictField(), default=dict)


class ReplaySerializer(serializers.Serializer[Any]):
    """What judging the stored aggregates again gave."""

    same = serializers.BooleanField()
    verdict = serializers.CharField()
    headline = serializers.CharField()
    code_is_the_same = serializers.BooleanField()


class CheckRunViewSet(RecordViewSet):
    """Runs that the caller may see."""

    queryset = CheckRun.objects.select_related("job")
    serializer_class = RunSerializer
    filterset_class = RunFilter

    def get_serializer_class(self) -> Any:
        return RunWithResultsSerializer if self.action == "retrieve" else RunSerializer

    @extend_schema(request=StartSerializer, responses={201: RunSerializer(many=True)})
    def create(self, request: Request) -> Response:
        """Start checks as jobs, one run each, of one family. 201 with the runs."""
        sent = StartSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        runs = start_checks(
            by=cast(User, request.user), version=values.pop("model_version"), **values
        )
        return Response(RunSerializer(runs, many=True).data, status=201)

    @extend_schema(request=None, responses=ReplaySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str | None = None) -> Response:
        """Judge the run's stored aggregates again; nothing is changed."""
        again = replay_run(by=cast(User, request.user), run=self.get_object())
        return Response(ReplaySerializer(again).data)
