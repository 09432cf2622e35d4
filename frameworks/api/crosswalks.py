"""Versions, crosswalks and obligations over the API: read only."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from frameworks import queries
from frameworks.actions import add_crosswalk
from frameworks.api.nodes import PlainViewSet
from frameworks.json_files import read_limited
from frameworks.models import FrameworkVersion, Mapping, MappingSet, Obligation, ObligationPack
from frameworks.tables import MappingFilter, ObligationFilter
from web.api import RecordViewSet, VisibleField
from web.pagination import RecordPagination
from web.parsers import StrictJSONParser


class VersionSerializer(serializers.ModelSerializer[FrameworkVersion]):
    """A framework version."""

    framework = serializers.CharField(source="framework.key", read_only=True)
    title = serializers.CharField(source="framework.title", read_only=True)
    publisher = serializers.CharField(source="framework.publisher", read_only=True)

    class Meta:
        model = FrameworkVersion
        fields = (
            "id", "framework", "title", "publisher", "label", "status", "published_on", "source",
            "licence", "extent", "supersedes", "structure_digest", "text_digest", "version",
        )  # fmt: skip
        read_only_fields = fields


class MappingSetSerializer(serializers.ModelSerializer[MappingSet]):
    """A set with its source and its counts."""

    pairs = serializers.IntegerField(read_only=True)
    sources = serializers.IntegerField(read_only=True)
    targets = serializers.IntegerField(read_only=True)

    class Meta:
        model = MappingSet
        fields = (
            "id", "slug", "source_version", "target_version", "title", "origin", "author",
            "method", "basis", "certainty_meaning", "notes", "corrections", "digest", "pairs",
            "sources", "targets", "version",
        )  # fmt: skip
        read_only_fields = fields


class MappingSerializer(serializers.ModelSerializer[Mapping]):
    """A pair; ``stated_by`` of ``sets`` sets for the two frameworks name it."""

    source = serializers.CharField(source="source.key", read_only=True)  # type: ignore[assignment]
    target = serializers.CharField(source="target.key", read_only=True)
    source_version = serializers.IntegerField(
        source="mapping_set.source_version_id", read_only=True
    )
    target_version = serializers.IntegerField(
        source="mapping_set.target_version_id", read_only=True
    )
    stated_by = serializers.IntegerField(read_only=True)
    sets = serializers.IntegerField(read_only=True)

    class Meta:
        model = Mapping
        fields = (
            "id", "mapping_set", "source_version", "source", "target_version", "target",
            "relationship", "certainty", "published_id", "note", "stated_by", "sets",
        )  # fmt: skip
        read_only_fields = fields


class PackSerializer(serializers.ModelSerializer[ObligationPack]):
    """A pack with its source."""

    class Meta:
        model = ObligationPack
        fields = (
            "slug", "edition", "title", "jurisdiction", "publisher", "source", "source_url",
            "checked_on", "note", "digest",
        )  # fmt: skip
        read_only_fields = fields


class ObligationSerializer(serializers.ModelSerializer[Obligation]):
    """A duty with its dates, their source, and how it stands today."""

    pack = PackSerializer(read_only=True)
    standing = serializers.CharField(read_only=True)
    provisions: Any = serializers.SlugRelatedField(
        source="nodes", slug_field="key", many=True, read_only=True
    )

    class Meta:
        model = Obligation
        fields = (
            "id", "pack", "key", "title", "summary", "who", "applies_from", "applies_to",
            "standing", "certainty", "basis", "records", "provisions",
        )  # fmt: skip
        read_only_fields = fields


class VersionViewSet(RecordViewSet):
    """Framework versions."""

    queryset = FrameworkVersion.objects.select_related("framework")
    serializer_class = VersionSerializer
    filterset_fields = ("framework__key", "status", "extent")


class CrosswalkUploadSerializer(serializers.Serializer[Any]):
    """A table of pairs and whose it is."""

    file = serializers.FileField()
    source_version = VisibleField(FrameworkVersion)
    target_version = VisibleField(FrameworkVersion)
    title = serializers.CharField(max_length=100)
    author = serializers.CharField(max_length=200)
    method = serializers.CharField(max_length=300, required=False)
    certainty_meaning = serializers.CharField(max_length=300, required=False)


class MappingSetViewSet(RecordViewSet):
    """Crosswalks."""

    queryset = queries.mapping_sets()
    serializer_class = MappingSetSerializer
    filterset_fields = ("source_version", "target_version", "origin")
    parser_classes = (StrictJSONParser, MultiPartParser)

    @extend_schema(request={"multipart/form-data": CrosswalkUploadSerializer})
    def create(self, request: Request) -> Response:
        """Add a crosswalk of the organisation (multipart), whole or not at all."""
        sent = CrosswalkUploadSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        upload = values.pop("file")
        made = add_crosswalk(
            by=cast(User, request.user),
            data=read_limited(upload),
            file_name=upload.name,
            **values,
        )
        return self.created(self.get_queryset().get(pk=made.pk))


class MappingPagination(RecordPagination):
    """In the order of loading."""

    ordering = "pk"
    page_size = 200
    max_page_size = 500


class ApiMappingFilter(MappingFilter):
    """The filters of the page, and those of the two frameworks."""

    class Meta:
        model = Mapping
        fields = (
            *MappingFilter.Meta.fields,
            "mapping_set__source_version",
            "mapping_set__target_version",
        )


class MappingViewSet(PlainViewSet):
    """Pairs of crosswalks."""

    queryset = queries.mappings()
    serializer_class = MappingSerializer
    filterset_class = ApiMappingFilter
    pagination_class = MappingPagination


class ObligationPagination(RecordPagination):
    """By pack, in its order."""

    ordering = "pk"


class ObligationViewSet(PlainViewSet):
    """Duties with their dates."""

    queryset = Obligation.objects.all()
    serializer_class = ObligationSerializer
    filterset_class = ObligationFilter
    pagination_class = ObligationPagination

    def get_queryset(self) -> QuerySet[Any]:
        """As they stand today."""
        if getattr(self, "swagger_fake_view", False):
            return Obligation.objects.none()
        today = timezone.now().date()
        return queries.obligations(today).visible_to(self.request.user)  # type: ignore[attr-defined,no-any-return]
