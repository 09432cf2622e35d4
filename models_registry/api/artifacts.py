"""Artifacts, waivers and signatures over the API."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from models_registry.actions.artifacts import (
    add_artifact,
    note_download,
    register_artifact,
    remove_artifact,
    request_scan,
)
from models_registry.actions.signatures import LARGEST_BUNDLE, LARGEST_KEY, add_signature
from models_registry.actions.waivers import end_waiver, waive_artifact
from models_registry.api.fields import person
from models_registry.models import Artifact, ModelVersion, ScanResult, ScanWaiver, Signature
from models_registry.serving import artifact_download
from web.api import RecordViewSet, VisibleField, require_match


class ArtifactSerializer(serializers.ModelSerializer[Artifact]):
    """A file of a version."""

    stored = serializers.BooleanField(source="file_id", read_only=True)

    class Meta:
        model = Artifact
        fields = (
            "id", "model_version", "path", "role", "stored", "uri", "digest", "size", "format",
            "loading", "verdict", "added_by", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ArtifactUpload(serializers.Serializer[Any]):
    """A file (multipart field ``file``), or the ``digest`` of one that is kept elsewhere."""

    model_version = VisibleField(ModelVersion)
    path = serializers.CharField(max_length=500, trim_whitespace=False)
    role = serializers.ChoiceField(choices=Artifact.Role.choices)
    file = serializers.FileField(allow_empty_file=True, required=False)
    digest = serializers.CharField(max_length=80, required=False)
    uri = serializers.CharField(max_length=1_000, required=False, default="", allow_blank=True)
    size = serializers.IntegerField(min_value=0, max_value=2**62, required=False, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("digest" in attrs):
            raise serializers.ValidationError({"file": "Send either the file or its digest."})
        return attrs


class ScanSerializer(serializers.ModelSerializer[ScanResult]):
    """What one scanner said."""

    class Meta:
        model = ScanResult
        fields = ("id", "scanner", "scanner_version", "verdict", "findings", "detail", "created_at")
        read_only_fields = fields


class WaiverSerializer(serializers.ModelSerializer[ScanWaiver]):
    """A waiver; ``digest`` names the bytes that it holds for."""

    class Meta:
        model = ScanWaiver
        fields = (
            "id", "artifact", "digest", "reason", "control", "granted_by", "expires_at",
            "ended_at", "version", "created_at",
        )  # fmt: skip
        read_only_fields = ("artifact", "digest", "granted_by", "ended_at", "version")


class EndSerializer(serializers.Serializer[Any]):
    """Why a waiver ends."""

    reason = serializers.CharField(max_length=2_000)


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    """A signature over the files of a version."""

    class Meta:
        model = Signature
        fields = (
            "id", "model_version", "key_fingerprint", "verdict", "detail", "artifact_set_digest",
            "added_by", "version", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class SignatureUpload(serializers.Serializer[Any]):
    """A bundle of model-signing and the public key as PEM."""

    model_version = VisibleField(ModelVersion)
    bundle = serializers.FileField()
    key = serializers.FileField()


class ArtifactViewSet(RecordViewSet):
    """Files of versions."""

    queryset = Artifact.objects.select_related("model_version__model__unit", "file")
    serializer_class = ArtifactSerializer
    filterset_fields = ("model_version", "digest", "verdict", "role", "format")

    def get_parsers(self) -> list[Any]:
        if getattr(self, "action_map", None) and self.action_map.get("post") == "create":
            return [MultiPartParser()]
        return super().get_parsers()

    @extend_schema(request=ArtifactUpload)
    def create(self, request: Request) -> Response:
        """Add a file to a draft; ``If-Match`` names the version's ETag."""
        sent = ArtifactUpload(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        version = values.pop("model_version")
        require_match(request, version)
        if "file" in values:
            kept = {"path": values["path"], "role": values["role"], "stream": values["file"]}
            return self.created(add_artifact(by=person(request), version=version, **kept))
        return self.created(register_artifact(by=person(request), version=version, **values))

    def destroy(self, request: Request, pk: str) -> Response:
        """Take the file off a draft; ``If-Match`` is required."""
        artifact = self.get_object()
        require_match(request, artifact)
        remove_artifact(by=person(request), artifact=artifact)
        return Response(status=204)

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def scan(self, request: Request, pk: str) -> Response:
        """Ask for a scan; ``If-Match`` is required. 202: read the file again for its verdict."""
        artifact = self.get_object()
        require_match(request, artifact)
        request_scan(by=person(request), artifact=artifact)
        return self.shown(artifact, status=202)

    @extend_schema(responses=ScanSerializer(many=True), filters=False)
    @route(detail=True, methods=["get"], pagination_class=None)
    def scans(self, request: Request, pk: str) -> Response:
        """The newest forty results."""
        return Response(ScanSerializer(self.get_object().scans.all()[:40], many=True).data)

    @extend_schema(request=WaiverSerializer, responses={201: WaiverSerializer})
    @route(detail=True, methods=["post"])
    def waive(self, request: Request, pk: str) -> Response:
        """Answer for a file that is not clean; ``If-Match`` is required."""
        artifact = self.get_object()
        require_match(request, artifact)
        sent = WaiverSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        waiver = waive_artifact(by=person(request), artifact=artifact, **sent.validated_data)
        return Response(WaiverSerializer(waiver).data, status=201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @route(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> Any:
        """The file itself."""
        artifact = self.get_object()
        if artifact.file is None:
            raise Http404
        note_download(by=person(request), artifact=artifact)
        return artifact_download(artifact)


class WaiverViewSet(RecordViewSet):
    """Waivers."""

    queryset = ScanWaiver.objects.select_related("artifact__model_version__model__unit")
    serializer_class = WaiverSerializer
    filterset_fields = ("artifact", "digest")

    @extend_schema(request=EndSerializer)
    @route(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End it before its date; ``If-Match`` is required."""
        waiver = self.get_object()
        require_match(request, waiver)
        sent = EndSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.shown(end_waiver(by=person(request), waiver=waiver, **sent.validated_data))


class SignatureViewSet(RecordViewSet):
    """Signatures."""

    queryset = Signature.objects.select_related("model_version__model__unit")
    serializer_class = SignatureSerializer
    filterset_fields = ("model_version", "verdict", "key_fingerprint")

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()]

    @extend_schema(request=SignatureUpload)
    def create(self, request: Request) -> Response:
        """Add a signature (multipart); ``If-Match`` names the version's ETag."""
        sent = SignatureUpload(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        version = sent.validated_data["model_version"]
        require_match(request, version)
        made = add_signature(
            by=person(request),
            version=version,
            bundle=sent.validated_data["bundle"].read(LARGEST_BUNDLE + 1),
            key=sent.validated_data["key"].read(LARGEST_KEY + 1),
        )
        return self.created(made)
