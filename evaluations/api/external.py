"""Results of other tools over the API: import, see, declare limits."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from evaluations.actions import declare_limits, import_result
from evaluations.api.runs import WAIT, RunWithResultsSerializer, seconds_to_wait
from evaluations.models import CheckRun, ExternalResult
from evaluations.tables import ExternalFilter
from evaluations.waiting import wait_for
from models_registry.models import ModelVersion
from web.api import RecordViewSet, VisibleField, require_match, tagged


class FigureSerializer(serializers.Serializer[Any]):
    """A figure as the file tells it."""

    task = serializers.CharField()
    metric = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    better = serializers.ChoiceField(choices=["higher", "lower", ""])
    k = serializers.IntegerField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)
    failed = serializers.IntegerField()
    stderr = serializers.FloatField(allow_null=True)
    problem = serializers.CharField()


class ExternalSerializer(serializers.ModelSerializer[ExternalResult]):
    """An imported file in the normal form."""

    digest = serializers.CharField(source="file.digest", read_only=True)
    metrics = FigureSerializer(many=True, read_only=True)
    runs: serializers.Field[Any, Any, Any, Any] = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True
    )

    class Meta:
        model = ExternalResult
        fields = (
            "id", "model_version", "file_name", "digest", "importer_version", "tool",
            "tool_version", "task", "model", "dataset", "status", "refused", "started",
            "finished", "settings", "metrics", "ignored", "notes", "left_out", "limits", "runs",
            "created_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class Lines(serializers.ListField):
    """Limits, one a line."""

    child = serializers.CharField(max_length=300)


class ImportSerializer(serializers.Serializer[Any]):
    """A result file, the version that it is about, limits for its figures."""

    model_version = VisibleField(ModelVersion)
    file = serializers.FileField(allow_empty_file=True, write_only=True)
    limits = Lines(default=list, max_length=200)


class LimitsSerializer(serializers.Serializer[Any]):
    """Other limits, with the reason once there are some."""

    limits = Lines(allow_empty=False, max_length=200)
    reason = serializers.CharField(max_length=500, default="", allow_blank=True)


class ExternalViewSet(RecordViewSet):
    """Imported results that the caller may see."""

    queryset = ExternalResult.objects.select_related("file").prefetch_related("runs")
    serializer_class = ExternalSerializer
    filterset_class = ExternalFilter
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        request={"multipart/form-data": ImportSerializer},
        parameters=[WAIT],
        responses={201: ExternalSerializer, 200: ExternalSerializer},
    )
    def create(self, request: Request) -> Response:
        """Import a file. 201 with the record; 200 when these bytes were imported already."""
        seconds = seconds_to_wait(request)
        sent = ImportSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        before = set(ExternalResult.objects.filter(model_version=values["model_version"])
                     .values_list("pk", flat=True))  # fmt: skip
        result = import_result(
            by=cast(User, request.user), version=values["model_version"], stream=values["file"],
            file_name=values["file"].name, limits=values["limits"],
        )  # fmt: skip
        wait_for(result.runs.values_list("pk", flat=True), seconds)
        return self.shown(result, 200 if result.pk in before else 201)

    @extend_schema(request=LimitsSerializer, responses={201: RunWithResultsSerializer})
    @action(detail=True, methods=["post"])
    def limits(self, request: Request, pk: str) -> Response:
        """Judge the figures by other limits; needs If-Match. 201 with the new run."""
        result = self.get_object()
        require_match(request, result)
        sent = LimitsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        by = cast(User, request.user)
        run: CheckRun = declare_limits(by=by, result=result, **sent.validated_data)
        return tagged(Response(RunWithResultsSerializer(run).data, status=201), run)
