"""Postmortems and learnings over the API."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import User
from incidents.actions import postmortems as actions
from incidents.api.response import ResponseActions
from incidents.models import Incident, Learning, Postmortem
from incidents.models.postmortems import ANSWER_LENGTH
from incidents.postmortem_tables import PostmortemFilter
from incidents.queries import postmortems as queries
from web.api import RecordViewSet

_STEPS: dict[str, Any] = {
    "submit": actions.submit_postmortem,
    "take_back": actions.take_back_postmortem,
    "publish": actions.publish_postmortem,
    "return": actions.return_postmortem,
    "revise": actions.revise_postmortem,
    "waive": actions.waive_postmortem,
    "write": actions.write_postmortem,
}
# What each step is told besides the incident.
_TOLD = {
    "publish": ("digest", "note"),
    "return": ("reason",),
    "revise": ("reason",),
    "waive": ("reason",),
}


class PostmortemSerializer(serializers.ModelSerializer[Postmortem]):
    """A postmortem as stored."""

    class Meta:
        model = Postmortem
        fields = (
            "id", "incident", "state", "depth", *Postmortem.FIELDS, "waived_reason", "author",
            "saved_by", "submitted_at", "digest", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class PostmortemAnswersSerializer(serializers.Serializer[Any]):
    """Answers by field; each may be left out."""

    impact = serializers.CharField(max_length=ANSWER_LENGTH, required=False, allow_blank=True)
    factors = serializers.CharField(max_length=ANSWER_LENGTH, required=False, allow_blank=True)
    helped = serializers.CharField(max_length=ANSWER_LENGTH, required=False, allow_blank=True)
    changes = serializers.CharField(max_length=ANSWER_LENGTH, required=False, allow_blank=True)


class SavePostmortemSerializer(serializers.Serializer[Any]):
    """What is written, and what was seen before: ``base`` decides what is a conflict."""

    answers = PostmortemAnswersSerializer()
    base = PostmortemAnswersSerializer()


class PostmortemStepSerializer(serializers.Serializer[Any]):
    """A step of the state table; publishing names the digest that was read."""

    verb = serializers.ChoiceField(choices=sorted(_STEPS))
    reason = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)
    digest = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    note = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)


class LearningSerializer(serializers.ModelSerializer[Learning]):
    """A learning as stored, and what a new one needs."""

    subcategories = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20)

    class Meta:
        model = Learning
        fields = ("id", "factor", "text", "subcategories", "noted_by", "published_at")
        read_only_fields = ("noted_by", "published_at")


class PostmortemActions(ResponseActions):
    """What the viewset of incidents adds for postmortems."""

    @extend_schema(methods=["get"], responses=OpenApiTypes.OBJECT)
    @extend_schema(
        methods=["post"], request=SavePostmortemSerializer, responses=PostmortemSerializer
    )
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def postmortem(self, request: Request, pk: str) -> Response:
        """The document as frozen or as the record stands now; or save answers, field by field."""
        if request.method == "GET":
            return Response(_shown(self.get_object()))
        sent = self.read(SavePostmortemSerializer)
        saved = actions.save_postmortem(
            by=cast(User, request.user),
            incident=self.matched(),
            mine=sent["answers"],
            base=sent["base"],
        )
        if not saved.clashes:
            return Response(PostmortemSerializer(saved.postmortem).data)
        clashes = [
            {"field": one.name, "base": one.base, "mine": one.mine, "theirs": one.theirs}
            for one in saved.clashes
        ]
        return Response({"code": "conflict", "clashes": clashes}, status=409)

    @extend_schema(request=PostmortemStepSerializer, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"], url_path="postmortem-step")
    def postmortem_step(self, request: Request, pk: str) -> Response:
        """Send to review, take back, publish, return, revise, waive, write."""
        incident, sent = self.matched(), self.read(PostmortemStepSerializer)
        told = {name: sent[name] for name in _TOLD.get(sent["verb"], ())}
        _STEPS[sent["verb"]](by=request.user, incident=incident, **told)
        return Response(_shown(incident))

    @extend_schema(methods=["get"], responses=LearningSerializer(many=True))
    @extend_schema(methods=["post"], request=LearningSerializer, responses=LearningSerializer)
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def learnings(self, request: Request, pk: str) -> Response:
        """What was learnt; or note more of it."""
        if request.method == "GET":
            rows = queries.learnings_of(self.get_object())
            return Response(LearningSerializer(rows, many=True).data)
        made = actions.add_learning(
            by=cast(User, request.user), incident=self.matched(), **self.read(LearningSerializer)
        )
        return Response(LearningSerializer(made).data, status=201)


class PostmortemViewSet(RecordViewSet):
    """Postmortems: list, show. They are written at their incident."""

    queryset = Postmortem.objects.select_related("incident__unit")
    serializer_class = PostmortemSerializer
    filterset_class = PostmortemFilter


def register(router: BaseRouter) -> None:
    """Add the routes of postmortems."""
    router.register("postmortems", PostmortemViewSet, basename="postmortem")


def _shown(incident: Incident) -> dict[str, Any]:
    held = queries.postmortem_of(incident)
    return {
        "postmortem": PostmortemSerializer(held).data if held else None,
        "missing": queries.missing(incident, held),
        "frozen": queries.is_frozen(held),
        "document": queries.shown_document(incident, held),
    }
