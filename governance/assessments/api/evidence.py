"""Evidence and what it is offered for, over the API."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from governance.assessments.actions import (
    Source,
    add_evidence,
    decide_evidence,
    note_download,
    take_back,
    withdraw_evidence,
)
from governance.assessments.models import Evidence, EvidenceLink
from governance.assessments.serving import evidence_download
from web.api import RecordViewSet, VisibleField, require_match, tagged


class KeeperUnitField(serializers.PrimaryKeyRelatedField[Unit]):
    """A unit in which the caller may keep evidence."""

    def get_queryset(self) -> QuerySet[Unit]:
        """Units of the caller."""
        request = self.context.get("request")
        if request is None:
            return Unit.objects.none()
        return units_where(request.user, Permission.EVIDENCE_ADD)


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """A piece of evidence; ``sha256`` names the bytes of a file."""

    kind = serializers.CharField(source="kind_of", read_only=True)
    sha256 = serializers.CharField(source="file.digest", read_only=True, default="")

    class Meta:
        model = Evidence
        fields = (
            "id", "unit", "title", "kind", "sha256", "file_name", "url", "record",
            "effective_from", "effective_to", "expires_on", "note", "collected_by",
            "withdrawn_on", "version", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class EvidenceUpload(serializers.Serializer[Any]):
    """One of ``file`` (multipart), ``url`` and ``record`` (a ledger key)."""

    unit = KeeperUnitField(queryset=Unit.objects.none())
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Evidence.Kind.choices)
    file = serializers.FileField(allow_empty_file=True, required=False, default=None)
    url = serializers.URLField(max_length=1_000, required=False, default="")
    record = serializers.CharField(max_length=100, required=False, default="")
    effective_from = serializers.DateField()
    effective_to = serializers.DateField(required=False, default=None, allow_null=True)
    expires_on = serializers.DateField(required=False, default=None, allow_null=True)
    note = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)


class OfferSerializer(serializers.Serializer[Any]):
    """A piece of evidence and what it shows about the answer."""

    evidence = VisibleField(Evidence)
    shows = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class LinkSerializer(serializers.ModelSerializer[EvidenceLink]):
    """Evidence that is offered for one answer."""

    assessment = serializers.IntegerField(source="answer.assessment_id", read_only=True)
    question = serializers.CharField(source="answer.node.key", read_only=True)

    class Meta:
        model = EvidenceLink
        fields = (
            "id", "evidence", "assessment", "question", "shows", "verdict", "linked_by",
            "decided_by", "decided_at", "remark", "version",
        )  # fmt: skip
        read_only_fields = fields


class RemarkSerializer(serializers.Serializer[Any]):
    """Why."""

    remark = serializers.CharField(max_length=1_000, allow_blank=True, default="")


class WithdrawSerializer(serializers.Serializer[Any]):
    """Why it must not count any more."""

    reason = serializers.CharField(max_length=2_000)


class EvidenceViewSet(RecordViewSet):
    """Evidence. It is never changed, only withdrawn."""

    queryset = Evidence.objects.select_related("unit", "file")
    serializer_class = EvidenceSerializer
    filterset_fields = ("unit", "collected_by")
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(request=EvidenceUpload)
    def create(self, request: Request) -> Response:
        """Keep a piece of evidence."""
        sent = EvidenceUpload(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        file = values.pop("file")
        source = Source(
            stream=file,
            file_name=file.name if file else "",
            url=values.pop("url"),
            record=values.pop("record"),
        )
        return self.created(add_evidence(by=cast(User, request.user), source=source, **values))

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> Any:
        """The file; the custody says who took it."""
        piece = self.get_object()
        if piece.file is None:
            raise Http404
        note_download(by=cast(User, request.user), evidence=piece)
        return evidence_download(piece)

    @extend_schema(request=WithdrawSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Let it count no more (If-Match, reason)."""
        piece = self.get_object()
        require_match(request, piece)
        sent = WithdrawSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.shown(
            withdraw_evidence(by=cast(User, request.user), evidence=piece, **sent.validated_data)
        )


class LinkViewSet(RecordViewSet):
    """What evidence is offered for."""

    queryset = EvidenceLink.objects.select_related("evidence", "answer__assessment", "answer__node")
    serializer_class = LinkSerializer
    filterset_fields = ("evidence", "answer__assessment", "verdict")

    @extend_schema(request=RemarkSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Accept it for this answer (If-Match); never one's own."""
        return self._decide(request, EvidenceLink.Verdict.ACCEPTED)

    @extend_schema(request=RemarkSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Reject it for this answer (If-Match, remark); never one's own."""
        return self._decide(request, EvidenceLink.Verdict.REJECTED)

    def destroy(self, request: Request, pk: str) -> Response:
        """No longer offer it (If-Match); the piece itself stays."""
        link = self.get_object()
        require_match(request, link)
        take_back(by=cast(User, request.user), link=link)
        return Response(status=204)

    def _decide(self, request: Request, verdict: str) -> Response:
        link = self.get_object()
        require_match(request, link)
        sent = RemarkSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        decided = decide_evidence(
            by=cast(User, request.user), link=link, verdict=verdict, **sent.validated_data
        )
        return tagged(Response(LinkSerializer(decided).data), decided)
