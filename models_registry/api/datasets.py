"""Tables over the API."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit
from models_registry.actions import (
    upload_dataset,
)
from models_registry.api.fields import UnitField, person
from models_registry.models import DatasetVersion
from web.api import RecordViewSet


class DatasetSerializer(serializers.ModelSerializer[DatasetVersion]):
    """A table; its columns only when it is shown alone."""

    unit = UnitField(queryset=Unit.objects.none())
    file = serializers.FileField(allow_empty_file=True, write_only=True)
    size = serializers.IntegerField(source="file.size", read_only=True)

    class Meta:
        model = DatasetVersion
        fields = (
            "id", "unit", "name", "label", "role", "notes", "file", "file_name", "media_type",
            "rows", "size", "fingerprint", "uploaded_by", "created_at",
        )  # fmt: skip
        read_only_fields = ("file_name", "media_type", "rows", "fingerprint", "uploaded_by")
        validators: tuple[Any, ...] = ()


class DatasetViewSet(RecordViewSet):
    """Tables, which never change."""

    queryset = DatasetVersion.objects.select_related("unit", "file").defer("profile")
    serializer_class = DatasetSerializer
    filterset_fields = ("unit", "name", "label", "role", "fingerprint")

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()]

    def create(self, request: Request) -> Response:
        """Upload a table (multipart field ``file``)."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        upload = values.pop("file")
        made = upload_dataset(by=person(request), stream=upload, file_name=upload.name, **values)
        return self.created(made)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @route(detail=True, methods=["get"])
    def columns(self, request: Request, pk: str) -> Response:
        """Columns with kind, gaps and range."""
        return Response(self.get_object().columns)
