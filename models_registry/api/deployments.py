"""Deployments over the API."""

from typing import Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import Job
from ledger.errors import Refused
from models_registry.actions.deployments import (
    check_rollback,
    deploy,
    promote,
    report_digest,
    retire_deployment,
    roll_back,
)
from models_registry.api.fields import person
from models_registry.models import AISystem, Deployment, ModelVersion
from models_registry.queries.deployments import (
    digest_answer,
    in_production_at,
    newest_check,
    read_moment,
    still_holds,
)
from web.api import RecordViewSet, VisibleField, require_match, tagged

MOST = 1_000


class DeploymentSerializer(serializers.ModelSerializer[Deployment]):
    """A deployment. ``reported_is`` says ``same``, ``other`` or ``none``."""

    model = serializers.IntegerField(source="model_version.model_id", read_only=True)
    model_name = serializers.CharField(source="model_version.model.name", read_only=True)
    number = serializers.CharField(source="model_version.number", read_only=True)
    content_digest = serializers.CharField(source="model_version.content_digest", read_only=True)
    artifact_set_digest = serializers.CharField(
        source="model_version.artifact_set_digest", read_only=True
    )
    reported_is = serializers.SerializerMethodField()

    class Meta:
        model = Deployment
        fields = (
            "id", "model_version", "model", "model_name", "number", "content_digest",
            "artifact_set_digest", "system", "environment", "stage", "share", "since", "until",
            "ending", "reason", "reported_digest", "reported_is", "rollback_of", "started_by",
            "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=["same", "other", "none"]))
    def get_reported_is(self, made: Deployment) -> str:
        return digest_answer(made)


class DeploySerializer(serializers.Serializer[Any]):
    """What is to be recorded; ``since`` is now unless it names a moment of the past."""

    model_version = VisibleField(ModelVersion)
    environment = serializers.CharField(max_length=60)
    stage = serializers.ChoiceField(choices=Deployment.Stage.choices)
    share = serializers.IntegerField(min_value=0, max_value=100, default=100)
    system = VisibleField(AISystem, required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")
    since = serializers.DateTimeField(required=False, allow_null=True, default=None)


class PromoteSerializer(serializers.Serializer[Any]):
    """How the next stage begins."""

    share = serializers.IntegerField(min_value=0, max_value=100, default=100)
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class RetireSerializer(serializers.Serializer[Any]):
    """Why it ends."""

    reason = serializers.CharField(max_length=2_000)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class RollBackSerializer(RetireSerializer):
    """Why, and to which version; without ``target`` the one of the newest check."""

    target = VisibleField(ModelVersion, required=False, allow_null=True, default=None)
    force = serializers.BooleanField(default=False)


class TargetSerializer(serializers.Serializer[Any]):
    """The version to look at."""

    target = VisibleField(ModelVersion)


class SystemSerializer(serializers.Serializer[Any]):
    """The system that is asked about."""

    system = VisibleField(AISystem)


class DigestReportSerializer(serializers.Serializer[Any]):
    """The SHA-256 that the runtime loaded."""

    digest = serializers.CharField(max_length=80)


class CheckJobSerializer(serializers.ModelSerializer[Job]):
    """The job that reads the files."""

    state = serializers.CharField(read_only=True)

    class Meta:
        model = Job
        fields = ("public_id", "state", "progress", "message")
        read_only_fields = fields


class WayBackSerializer(serializers.Serializer[Any]):
    """The newest check of the way back."""

    target = serializers.IntegerField(source="target_id")
    verified = serializers.BooleanField()
    holds = serializers.SerializerMethodField()
    reasons = serializers.JSONField()
    checked_at = serializers.DateTimeField(source="created_at")

    def get_holds(self, check: Any) -> bool:
        return still_holds(check)


class DeploymentFilter(django_filters.FilterSet):
    """Filters of the list."""

    model = django_filters.NumberFilter(field_name="model_version__model")
    serves = django_filters.BooleanFilter(field_name="until", lookup_expr="isnull")

    class Meta:
        model = Deployment
        fields = ("model_version", "model", "environment", "stage", "serves")


class DeploymentViewSet(RecordViewSet):
    """Where versions serve and served."""

    queryset = Deployment.objects.select_related("model_version__model__unit", "system")
    serializer_class = DeploymentSerializer
    filterset_class = DeploymentFilter

    def _sent(self, kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        sent = kind(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def _system(self, named: str) -> AISystem:
        sent = SystemSerializer(data={"system": named}, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        found: AISystem = sent.validated_data["system"]
        return found

    def _matched(self, request: Request) -> Deployment:
        made: Deployment = self.get_object()
        require_match(request, made)
        return made

    @extend_schema(request=DeploySerializer, responses={201: DeploymentSerializer})
    def create(self, request: Request) -> Response:
        """Record that a version serves."""
        sent = self._sent(DeploySerializer, request)
        version = sent.pop("model_version")
        return self.created(deploy(by=person(request), version=version, **sent))

    @extend_schema(request=PromoteSerializer, responses={201: DeploymentSerializer})
    @route(detail=True, methods=["post"])
    def promote(self, request: Request, pk: str) -> Response:
        """Take it to its next stage; answers with the new deployment. ``If-Match`` is required."""
        made = self._matched(request)
        sent = self._sent(PromoteSerializer, request)
        return self.created(promote(by=person(request), deployment=made, **sent))

    @extend_schema(request=RetireSerializer)
    @route(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """End it; ``If-Match`` is required."""
        made = self._matched(request)
        sent = self._sent(RetireSerializer, request)
        return self.shown(retire_deployment(by=person(request), deployment=made, **sent))

    @extend_schema(request=RollBackSerializer, responses={201: DeploymentSerializer})
    @route(detail=True, methods=["post"], url_path="roll-back")
    def roll_back(self, request: Request, pk: str) -> Response:
        """Go back in one call; answers with the new deployment. ``If-Match`` is required."""
        made = self._matched(request)
        sent = self._sent(RollBackSerializer, request)
        return self.created(roll_back(by=person(request), deployment=made, **sent))

    @extend_schema(request=TargetSerializer, responses={202: CheckJobSerializer})
    @route(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Look at the way back to ``target`` in a job; ``If-Match`` is required."""
        made = self._matched(request)
        sent = self._sent(TargetSerializer, request)
        job = check_rollback(by=person(request), deployment=made, **sent)
        return tagged(Response(CheckJobSerializer(job).data, status=202), made)

    @extend_schema(responses=WayBackSerializer)
    @route(detail=True, methods=["get"], url_path="way-back")
    def way_back(self, request: Request, pk: str) -> Response:
        """The newest check of the way back."""
        check = newest_check(self.get_object())
        if check is None:
            raise Refused(_("The way back was never checked."), code="never-checked", status=404)
        return Response(WayBackSerializer(check).data)

    @extend_schema(request=DigestReportSerializer)
    @route(detail=True, methods=["post"])
    def report(self, request: Request, pk: str) -> Response:
        """Say which digest the runtime loaded; ``If-Match`` is required."""
        made = self._matched(request)
        sent = self._sent(DigestReportSerializer, request)
        return self.shown(report_digest(by=person(request), deployment=made, **sent))

    @extend_schema(
        parameters=[
            OpenApiParameter("at", str, description="ISO 8601, UTC unless it says otherwise."),
            OpenApiParameter("system", int, description="Only what serves this system."),
            OpenApiParameter("environment", str, description="Only this environment."),
        ],
        responses=DeploymentSerializer(many=True),
        filters=False,
    )
    @route(detail=False, methods=["get"], url_path="in-production", pagination_class=None)
    def in_production(self, request: Request) -> Response:
        """What was in production at a moment, now unless ``at`` names one; at most 1,000 rows."""
        user, query = person(request), request.query_params
        system = None
        if named := query.get("system"):
            system = self._system(named)
        rows = in_production_at(user, _moment(query.get("at", "")), system)
        if environment := query.get("environment"):
            rows = rows.filter(environment=environment)
        return Response(self.get_serializer(rows[:MOST], many=True).data)


def _moment(text: str) -> Any:
    if not text.strip():
        return timezone.now()
    try:
        return read_moment(text)
    except (ValueError, OverflowError) as error:
        raise Refused(
            _("Name a moment between 1970 and now, such as 2026-03-01T09:30:00Z."),
            code="moment",
            field="at",
        ) from error
