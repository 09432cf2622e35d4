"""Gap and plan of an assessment over the API."""

from typing import Any, cast

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from frameworks.models import Profile
from governance.assessments import queries
from governance.assessments.actions import keep_current_profile, plan_step
from governance.assessments.api.common import row_or_404
from governance.assessments.api.shapes import ColleagueField
from governance.assessments.models import Assessment, PlanStep
from web.api import etag, require_match, tagged


class StepSerializer(serializers.ModelSerializer[PlanStep]):
    """What is done about one item."""

    owner = ColleagueField(queryset=User.objects.none())

    class Meta:
        model = PlanStep
        fields = ("id", *PlanStep.FIELDS, "version")
        read_only_fields = ("version",)


class GapSerializer(serializers.Serializer[Any]):
    """One item: the level that counts, the target with its reason, what is missing and planned."""

    key = serializers.CharField(source="row.key")
    current = serializers.IntegerField(allow_null=True)
    progress = serializers.CharField(source="row.progress")
    target = serializers.IntegerField()
    reason = serializers.CharField()
    size = serializers.IntegerField()
    step = StepSerializer(allow_null=True)


class TitleSerializer(serializers.Serializer[Any]):
    """What the profile is called."""

    title = serializers.CharField(max_length=200)


class GapRoutes:
    """Routes of one assessment about its gap; mixed into its view set."""

    @extend_schema(responses=dict)
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def gap(self, request: Request, pk: str) -> Response:
        """Current against target (``?profile=``, else the nearest), the largest gap first."""
        assessment = self._assessment()
        profile = _profile(request, assessment)
        found = queries.gaps(assessment, profile)
        return Response(
            {
                "profile": profile.pk,
                "summary": vars(queries.sum_of(found)),
                "gaps": GapSerializer(found, many=True).data,
            }
        )

    @extend_schema(request=StepSerializer, responses=StepSerializer)
    @action(
        detail=True,
        methods=["put"],
        url_path=r"answers/(?P<key>[\w. ()+:-]{1,40})/plan",
        url_name="plan",
    )
    def plan(self, request: Request, pk: str, key: str) -> Response:
        """Plan the step of one item; If-Match of the step when there is one already."""
        assessment = self._assessment()
        row = row_or_404(assessment, key)
        step = PlanStep.objects.filter(assessment=assessment, node=row.pk).first()
        if step is not None:
            require_match(request, step)
        sent = StepSerializer(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        made = plan_step(
            by=cast(User, request.user),
            assessment=assessment,
            key=row.key,
            version=step.version if step else 0,
            **sent.validated_data,
        )
        return tagged(Response(StepSerializer(made).data, status=200 if step else 201), made)

    @extend_schema(request=TitleSerializer)
    @action(detail=True, methods=["post"], url_path="current-profile", url_name="current-profile")
    def current_profile(self, request: Request, pk: str) -> Response:
        """Keep the levels that count now as a published current profile."""
        assessment = self._assessment()
        sent = TitleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        kept = keep_current_profile(
            by=cast(User, request.user), assessment=assessment, **sent.validated_data
        )
        return Response({"profile": kept.pk, "etag": etag(kept)}, status=201)

    def _assessment(self) -> Assessment:
        found: Assessment = self.get_object()  # type: ignore[attr-defined]
        return found


def _profile(request: Request, assessment: Assessment) -> Profile:
    profiles = queries.target_profiles(assessment, request.user)
    wanted = request.query_params.get("profile", "")
    if wanted:
        profiles = profiles.filter(pk=int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0)
    found: Profile | None = profiles.first()
    if found is None:
        raise Http404
    return found
