"""Assessments and their answers over the API: the same actions as the pages."""

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import User
from accounts.queries import colleagues
from governance.assessments import queries
from governance.assessments.actions import (
    Saved,
    open_assessment,
    reopen_assessment,
    save_answer,
    submit_assessment,
)
from governance.assessments.history import FORM_NAMES
from governance.assessments.models import Answer, Assessment, Level
from models_registry.models import AISystem
from web.api import RecordViewSet, VisibleField, require_match, sent_tags
from web.problems import PreconditionFailed, problem


class ColleagueField(serializers.PrimaryKeyRelatedField[User]):
    """Somebody whom the caller works with."""

    def get_queryset(self) -> QuerySet[User]:
        """Colleagues of the caller."""
        request = self.context.get("request")
        return colleagues(request.user) if request else User.objects.none()


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """An assessment with its progress."""

    system = VisibleField(AISystem)
    owner = ColleagueField(queryset=User.objects.none(), required=False)
    total = serializers.IntegerField(read_only=True, default=72)
    done = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Assessment
        fields = (
            "id",
            "system",
            "framework_version",
            "title",
            "period_start",
            "period_end",
            "state",
            "owner",
            "due_date",
            "submitted_at",
            "total",
            "done",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields = ("framework_version", "state", "submitted_at", "version")
        extra_kwargs = {"title": {"max_length": 200}}


class AnswerFieldsSerializer(serializers.Serializer[Any]):
    """What a person fills in."""

    applicability = serializers.ChoiceField(choices=Answer.Applicability.choices, required=False)
    reason = serializers.CharField(
        max_length=4_000, allow_blank=True, trim_whitespace=False, required=False
    )
    level: serializers.Field[Any, Any, Any, Any] = serializers.ChoiceField(
        choices=Level.choices, allow_null=True, required=False
    )
    text = serializers.CharField(
        max_length=20_000, allow_blank=True, trim_whitespace=False, required=False
    )
    owner = serializers.IntegerField(
        allow_null=True, required=False, min_value=1, max_value=2**62, source="owner_id"
    )
    due_date = serializers.DateField(allow_null=True, required=False)


class AnswerChangeSerializer(AnswerFieldsSerializer):
    """Changed fields, and in ``base`` the values that they were based on."""

    base = AnswerFieldsSerializer(required=False)


class AnswerSerializer(AnswerFieldsSerializer):
    """One of the 72, answered or not."""

    key = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    function = serializers.CharField(read_only=True)
    progress = serializers.CharField(read_only=True)
    level = serializers.IntegerField(read_only=True, source="stored_level", allow_null=True)
    saved_at = serializers.DateTimeField(read_only=True)
    saved_by = serializers.IntegerField(read_only=True, source="saved_by_id")
    version = serializers.IntegerField(read_only=True, source="answer_version")


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2_000, allow_blank=True, default="")


class AssessmentFilter(django_filters.FilterSet):
    """Narrow the list."""

    class Meta:
        model = Assessment
        fields = ("system", "state", "owner")


class AssessmentViewSet(RecordViewSet):
    """Assessments. Answers are addressed by the identifier of their subcategory."""

    queryset = Assessment.objects.all()
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Visible assessments with their progress."""
        if getattr(self, "swagger_fake_view", False):
            return Assessment.objects.none()
        return queries.assessments(self.request.user)

    def create(self, request: Request) -> Response:
        """Open an assessment."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.created(open_assessment(by=cast(User, request.user), **sent.validated_data))

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Hand the assessment in (If-Match)."""
        return self._move(request, submit_assessment)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Make it a draft again (If-Match, reason)."""
        return self._move(request, reopen_assessment)

    @extend_schema(responses=AnswerSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def answers(self, request: Request, pk: str) -> Response:
        """All 72, answered or not, in reading order."""
        rows = queries.rows(self.get_object())
        return Response(AnswerSerializer(rows, many=True).data)

    @extend_schema(responses=AnswerSerializer)
    @action(detail=True, methods=["get"], url_path=r"answers/(?P<key>[\w. -]{1,20})")
    def answer(self, request: Request, pk: str, key: str) -> Response:
        """One of the 72; the ETag is what a change must send as If-Match."""
        return _shown(self.get_object(), key)

    @extend_schema(request=AnswerChangeSerializer, responses=AnswerSerializer)
    @answer.mapping.patch
    def change_answer(self, request: Request, pk: str, key: str) -> Response:
        """Change fields.

        Needs If-Match. When the answer changed since, 412; unless ``base`` is sent: then fields
        are merged one by one, and a field that both changed gives 409 with both values.
        """
        assessment = self.get_object()
        sent = AnswerChangeSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        mine = dict(sent.validated_data)
        base = mine.pop("base", None)
        row = _row(assessment, key)
        _require_match(request, assessment, row, merge=base is not None)
        saved = save_answer(
            by=cast(User, request.user),
            assessment=assessment,
            key=row.key,
            mine=mine,
            base=queries.row_values(row) if base is None else base,
        )
        if saved.clashes and base is None:
            raise PreconditionFailed
        return _conflict(saved) if saved.clashes else _shown(assessment, key)

    def _move(self, request: Request, act: Any) -> Response:
        assessment = self.get_object()
        require_match(request, assessment)
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        done = act(by=cast(User, request.user), assessment=assessment, **sent.validated_data)
        return self.shown(self.get_queryset().get(pk=done.pk))


def _row(assessment: Assessment, key: str) -> Any:
    row = queries.row_for(assessment, key)
    if row is None:
        raise Http404
    return row


def _etag(assessment: Assessment, row: Any) -> str:
    """Of an answer that may not have a row yet: assessment, subcategory, version."""
    return f'"{assessment.pk}-{row.pk}-{row.answer_version}"'


def _require_match(request: Request, assessment: Assessment, row: Any, *, merge: bool) -> None:
    tags = sent_tags(request)
    if not merge and _etag(assessment, row) not in tags:
        raise PreconditionFailed


def _shown(assessment: Assessment, key: str) -> Response:
    row = _row(assessment, key)
    response = Response(AnswerSerializer(row).data)
    response["ETag"] = _etag(assessment, row)
    return response


def _conflict(saved: Saved) -> Response:
    clashes = [
        {
            "field": FORM_NAMES[clash.name],
            "base": clash.base,
            "mine": clash.mine,
            "theirs": clash.theirs,
        }
        for clash in saved.clashes
    ]
    return problem(
        409,
        _("Somebody else changed the same fields. The others are saved."),
        kind="clash",
        clashes=clashes,
        saved=sorted(FORM_NAMES[name] for name in saved.changed),
    )


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("assessments", AssessmentViewSet, basename="assessment")
