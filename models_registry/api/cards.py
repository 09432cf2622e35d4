"""Cards over the API."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from models_registry import queries
from models_registry.models import CardRevision
from vault.queries import read_bytes
from web.api import RecordViewSet
from web.views import attachment


class CardSerializer(serializers.ModelSerializer[CardRevision]):
    """A card revision; its content is under ``content``, its bytes under ``original``."""

    class Meta:
        model = CardRevision
        fields = (
            "id", "model_version", "number", "file_name", "format", "media_type", "digest",
            "completeness", "imported_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class CardViewSet(RecordViewSet):
    """Card revisions, which never change."""

    queryset = CardRevision.objects.defer("parsed", "extra", "report")
    serializer_class = CardSerializer
    filterset_fields = ("model_version", "format", "digest")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @route(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> Response:
        """The merged record, what has no field, and the import report."""
        return Response(queries.card_export(self.get_object()))

    @extend_schema(responses={(200, "text/markdown"): OpenApiTypes.BINARY})
    @route(detail=True, methods=["get"])
    def original(self, request: Request, pk: str) -> HttpResponse:
        """The bytes as imported."""
        card = self.get_object()
        return attachment(read_bytes(card.digest), media_type=card.media_type, name=card.file_name)
