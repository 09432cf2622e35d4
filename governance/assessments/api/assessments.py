"""Assessments and their answers over the API: the same actions as the pages."""

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from governance.assessments import queries
from governance.assessments.actions import (
    confirm_answer,
    offer_evidence,
    open_assessment,
    open_next_period,
    reopen_assessment,
    return_assessment,
    review_answer,
    save_answer,
    submit_assessment,
)
from governance.assessments.api.common import (
    conflict,
    require_answer_match,
    row_or_404,
    shown_answer,
)
from governance.assessments.api.evidence import LinkSerializer, OfferSerializer
from governance.assessments.api.gaps import GapRoutes
from governance.assessments.api.many import ManyRoutes
from governance.assessments.api.shapes import (
    AnswerChangeSerializer,
    AnswerSerializer,
    AssessmentSerializer,
    ReasonSerializer,
    RenewSerializer,
    ReviewSerializer,
)
from governance.assessments.models import Assessment
from web.api import RecordViewSet, require_match, tagged
from web.problems import PreconditionFailed


class AssessmentFilter(django_filters.FilterSet):
    """Narrow the list."""

    class Meta:
        model = Assessment
        fields = ("system", "state", "owner", "subject", "unit")


class AssessmentViewSet(ManyRoutes, GapRoutes, RecordViewSet):
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
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def give_back(self, request: Request, pk: str) -> Response:
        """Give it back to its authors with the answers that are returned (If-Match, reason)."""
        return self._move(request, return_assessment)

    @extend_schema(request=RenewSerializer)
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: str) -> Response:
        """Open the next period (If-Match)."""
        assessment = self.get_object()
        require_match(request, assessment)
        sent = RenewSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        new = open_next_period(
            by=cast(User, request.user), assessment=assessment, **sent.validated_data
        )
        return self.created(new)

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
    @action(detail=True, methods=["get"], url_path=r"answers/(?P<key>[\w. ()+:-]{1,40})")
    def answer(self, request: Request, pk: str, key: str) -> Response:
        """One of the 72; the ETag is what a change must send as If-Match."""
        return shown_answer(self.get_object(), key)

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
        row = row_or_404(assessment, key)
        require_answer_match(request, assessment, row, merge=base is not None)
        saved = save_answer(
            by=cast(User, request.user),
            assessment=assessment,
            key=row.key,
            mine=mine,
            base=queries.row_values(row) if base is None else base,
        )
        if saved.clashes and base is None:
            raise PreconditionFailed
        return conflict(saved) if saved.clashes else shown_answer(assessment, key)

    @extend_schema(request=None, responses=AnswerSerializer)
    @action(
        detail=True, methods=["post"], url_name="answer-confirm",
        url_path=r"answers/(?P<key>[\w. ()+:-]{1,40})/confirm",
    )  # fmt: skip
    def confirm(self, request: Request, pk: str, key: str) -> Response:
        """Say that the offered words hold: inherited, or of the last period (If-Match)."""
        assessment = self.get_object()
        row = row_or_404(assessment, key)
        require_answer_match(request, assessment, row, merge=False)
        confirm_answer(by=cast(User, request.user), assessment=assessment, key=row.key)
        return shown_answer(assessment, key)

    @extend_schema(request=ReviewSerializer, responses=AnswerSerializer)
    @action(
        detail=True, methods=["post"], url_name="answer-review",
        url_path=r"answers/(?P<key>[\w. ()+:-]{1,40})/review",
    )  # fmt: skip
    def review(self, request: Request, pk: str, key: str) -> Response:
        """Say what one finds in an answer (If-Match of the answer that was read)."""
        assessment = self.get_object()
        row = row_or_404(assessment, key)
        require_answer_match(request, assessment, row, merge=False)
        sent = ReviewSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        review_answer(
            by=cast(User, request.user),
            assessment=assessment,
            key=row.key,
            **sent.validated_data,
        )
        return shown_answer(assessment, key)

    @extend_schema(request=OfferSerializer, responses={201: LinkSerializer})
    @action(
        detail=True, methods=["post"], url_name="answer-offer",
        url_path=r"answers/(?P<key>[\w. ()+:-]{1,40})/evidence",
    )  # fmt: skip
    def offer(self, request: Request, pk: str, key: str) -> Response:
        """Offer a piece of evidence for an answer (If-Match of the answer)."""
        assessment = self.get_object()
        row = row_or_404(assessment, key)
        require_answer_match(request, assessment, row, merge=False)
        sent = OfferSerializer(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        link = offer_evidence(
            by=cast(User, request.user),
            assessment=assessment,
            key=row.key,
            **sent.validated_data,
        )
        return tagged(Response(LinkSerializer(link).data, status=201), link)

    def _move(self, request: Request, act: Any) -> Response:
        assessment = self.get_object()
        require_match(request, assessment)
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        done = act(by=cast(User, request.user), assessment=assessment, **sent.validated_data)
        return self.shown(self.get_queryset().get(pk=done.pk))
