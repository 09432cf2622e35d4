"""Champion and challenger over the API."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from evaluations.comparing import compare_runs, compare_versions, finished, paired_runs
from evaluations.models import CheckRun
from models_registry.models import ModelVersion
from web.api import VisibleField

WORDS = ("better", "worse", "no_difference", "unknown")


class AskedRunsSerializer(serializers.Serializer[Any]):
    """Two runs of one check, or two versions."""

    champion_run = VisibleField(CheckRun, required=False)
    challenger_run = VisibleField(CheckRun, required=False)
    champion = VisibleField(ModelVersion, required=False)
    challenger = VisibleField(ModelVersion, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if set(attrs) in ({"champion_run", "challenger_run"}, {"champion", "challenger"}):
            return attrs
        raise serializers.ValidationError(
            "Name champion_run and challenger_run, or champion and challenger."
        )


class DifferenceSerializer(serializers.Serializer[Any]):
    """A figure of both: challenger minus champion, with its 95 % interval."""

    metric = serializers.CharField()
    slice = serializers.CharField()
    champion = serializers.FloatField(source="first.estimate", allow_null=True)
    challenger = serializers.FloatField(source="second.estimate", allow_null=True)
    difference = serializers.FloatField(source="value", allow_null=True)
    interval = serializers.ListField(
        source="spread", child=serializers.FloatField(), allow_null=True
    )
    word = serializers.CharField(help_text=", ".join(WORDS))


class ComparisonSerializer(serializers.Serializer[Any]):
    """Two runs: whether they looked at the same data, what to mind, and their figures."""

    check_name = serializers.CharField(source="second.check_name")
    champion_run = serializers.IntegerField(source="first.pk")
    challenger_run = serializers.IntegerField(source="second.pk")
    same_data = serializers.BooleanField()
    notes = serializers.ListField(child=serializers.CharField())
    paired_test = serializers.SerializerMethodField()
    figures = DifferenceSerializer(source="rows", many=True)

    def get_paired_test(self, found: Any) -> int | None:
        """The run of perf.baseline (McNemar) on the same rows, if there is one."""
        runs = paired_runs(self.context["by"], found)
        return runs[0].pk if runs else None


_NAMES = ("champion_run", "challenger_run", "champion", "challenger")


class ComparisonViewSet(viewsets.GenericViewSet[Any]):
    """Challenger against champion; nothing is stored."""

    queryset = CheckRun.objects.none()
    serializer_class = ComparisonSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[OpenApiParameter(name, int) for name in _NAMES],
        responses=ComparisonSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """Compare two runs, or the newest runs of two versions check by check."""
        by = cast(User, request.user)
        context = self.get_serializer_context()
        sent = AskedRunsSerializer(data=request.query_params.dict(), context=context)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        if "champion" in asked:
            found = compare_versions(asked["champion"], asked["challenger"])
        else:
            runs = finished(by).in_bulk([asked["champion_run"].pk, asked["challenger_run"].pk])
            if len(runs) < len({asked["champion_run"].pk, asked["challenger_run"].pk}):
                raise serializers.ValidationError("Both runs must have finished.")
            first, second = runs[asked["champion_run"].pk], runs[asked["challenger_run"].pk]
            found = [compare_runs(first, second)]
        context = {**context, "by": by}
        return Response(ComparisonSerializer(found, many=True, context=context).data)
