"""Adding a framework over the API: upload, plan, apply."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can_anywhere
from frameworks.actions import (
    apply_import,
    discard_import,
    plan_digest,
    plan_import,
    upload_framework,
)
from frameworks.json_files import read_limited
from frameworks.models import FrameworkImport, FrameworkVersion, Node
from web.api import RecordViewSet, VisibleField, require_match
from web.parsers import StrictJSONParser


class ImportSerializer(serializers.ModelSerializer[FrameworkImport]):
    """An uploaded framework."""

    class Meta:
        model = FrameworkImport
        fields = (
            "id", "file_name", "format", "state", *FrameworkImport.ABOUT, "scope", "follows",
            "made", "uploaded_by", "created_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[Any]):
    """The file and what it is."""

    file = serializers.FileField()
    title = serializers.CharField(max_length=200, required=False)
    edition = serializers.CharField(max_length=40, required=False)
    publisher = serializers.CharField(max_length=200, required=False)
    licence = serializers.CharField(max_length=120, required=False)
    scope = serializers.ChoiceField(choices=Node.Scope.choices, default=Node.Scope.SYSTEM)
    follows = VisibleField(FrameworkVersion, required=False, allow_null=True)


class ApplySerializer(serializers.Serializer[Any]):
    """The digest of the plan that was seen."""

    shown = serializers.CharField(max_length=64)


class ImportViewSet(RecordViewSet):
    """Frameworks that an administrator adds."""

    queryset = FrameworkImport.objects.all()
    serializer_class = ImportSerializer
    filterset_fields = ("state", "format")
    parser_classes = (StrictJSONParser, MultiPartParser)

    def get_queryset(self) -> QuerySet[Any]:
        """For administrators."""
        if getattr(self, "swagger_fake_view", False):
            return FrameworkImport.objects.none()
        if not can_anywhere(self.request.user, Permission.FRAMEWORK_IMPORT):
            raise PermissionDenied(_("Adding a framework needs the role of an administrator."))
        return super().get_queryset()

    @extend_schema(request={"multipart/form-data": UploadSerializer})
    def create(self, request: Request) -> Response:
        """Keep a file (multipart); nothing is added yet."""
        sent = UploadSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        about = dict(sent.validated_data)
        upload = about.pop("file")
        found = upload_framework(
            by=cast(User, request.user),
            data=read_limited(upload),
            file_name=upload.name,
            **about,
        )
        return self.created(found)

    @extend_schema(responses=dict)
    @action(detail=True, methods=["get"])
    def plan(self, request: Request, pk: str) -> Response:
        """What would be added, with every problem and its place."""
        plan = plan_import(self.get_object())
        return Response(
            {
                "shown": plan_digest(plan),
                "nodes": len(plan.nodes),
                "assessable": plan.assessable,
                "problems": [vars(problem) for problem in plan.problems],
                "notes": plan.notes,
            }
        )

    @extend_schema(request=ApplySerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Add the framework as planned, whole or not at all (If-Match)."""
        found = self._matched(request)
        sent = ApplySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        apply_import(by=cast(User, request.user), found=found, **sent.validated_data)
        return self.shown(found.reloaded())

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Close the upload without adding anything (If-Match)."""
        found = self._matched(request)
        return self.shown(discard_import(by=cast(User, request.user), found=found))

    def _matched(self, request: Request) -> FrameworkImport:
        found: FrameworkImport = self.get_object()
        require_match(request, found)
        return found
