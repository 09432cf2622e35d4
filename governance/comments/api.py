"""Comments and notices over the API: the same actions as the pages."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import User
from governance.comments import queries
from governance.comments.actions import add_comment, edit_comment, put_away, withdraw_comment
from governance.comments.models import LONGEST, Comment, Notice
from governance.comments.places import find
from web.api import RecordViewSet, require_match


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """A comment; people stand in ``body`` by their number, such as ``@[12]``.

    The body of one that was withdrawn is empty.
    """

    body = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = (
            "id", "subject", "part", "unit", "body", "author", "created_at", "edited_at",
            "withdrawn_at", "version",
        )  # fmt: skip
        read_only_fields = fields

    def get_body(self, comment: Comment) -> str:
        """What is shown."""
        return "" if comment.withdrawn_at else comment.body


class CommentWritten(serializers.Serializer[Any]):
    """What is said about which record: ``risks.risk:7``; ``part`` is a question's key."""

    subject = serializers.CharField(max_length=100)
    part = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    body = serializers.CharField(max_length=LONGEST)


class CommentChanged(serializers.Serializer[Any]):
    """The words of now, people by name or address."""

    body = serializers.CharField(max_length=LONGEST)


class CommentViewSet(RecordViewSet):
    """Comments on questions of assessments, evidence and risks."""

    queryset = Comment.objects.select_related("author", "unit")
    serializer_class = CommentSerializer
    filterset_fields = ("subject", "part", "author")

    @extend_schema(request=CommentWritten, responses={201: CommentSerializer})
    def create(self, request: Request) -> Response:
        """Say something; whoever is named with an @ is told."""
        sent = CommentWritten(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        by = cast(User, request.user)
        subject = find(by, values["subject"], values["part"])
        return self.created(add_comment(by=by, subject=subject, body=values["body"]))

    @extend_schema(request=CommentChanged, responses=CommentSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change one's own comment (If-Match)."""
        comment = self.get_object()
        require_match(request, comment)
        sent = CommentChanged(data=request.data)
        sent.is_valid(raise_exception=True)
        by = cast(User, request.user)
        return self.shown(edit_comment(by=by, comment=comment, **sent.validated_data))

    @extend_schema(request=None, responses=CommentSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take one's own comment back (If-Match)."""
        comment = self.get_object()
        require_match(request, comment)
        return self.shown(withdraw_comment(by=cast(User, request.user), comment=comment))


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """What the caller is told."""

    class Meta:
        model = Notice
        fields = (
            "id", "notice_kind", "subject", "part", "title", "comment", "due_date", "created_at",
            "seen_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class NoticeViewSet(RecordViewSet):
    """Notices of the caller."""

    queryset = Notice.objects.all()
    serializer_class = NoticeSerializer
    filterset_fields = ("notice_kind",)

    def get_queryset(self) -> QuerySet[Any]:
        """Without those of comments that were withdrawn."""
        if getattr(self, "swagger_fake_view", False):
            return Notice.objects.none()
        return queries.notices(self.request.user)

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def seen(self, request: Request, pk: str) -> Response:
        """Put it away (If-Match)."""
        notice = self.get_object()
        require_match(request, notice)
        return self.shown(put_away(by=cast(User, request.user), notice=notice))


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("comments", CommentViewSet, basename="comment")
    router.register("notices", NoticeViewSet, basename="notice")
