"""Profiles and suggested actions over the API."""

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from frameworks import queries
from frameworks.actions import create_profile, edit_profile, publish_profile, set_items
from frameworks.api.nodes import PlainViewSet
from frameworks.models import FrameworkVersion, Profile, SuggestedAction
from frameworks.tables import ProfileFilter
from web.api import RecordViewSet, VisibleField, require_match
from web.pagination import RecordPagination


class ProfileUnitField(serializers.PrimaryKeyRelatedField[Unit]):
    """A unit in which the caller may make profiles."""

    def get_queryset(self) -> QuerySet[Unit]:
        """Units of the caller."""
        request = self.context.get("request")
        if request is None:
            return Unit.objects.none()
        return units_where(request.user, Permission.ASSESSMENT_OPEN)


class ProfileSerializer(serializers.ModelSerializer[Profile]):
    """A profile; its items are at ``…/items/``."""

    framework_version = VisibleField(FrameworkVersion)
    unit = ProfileUnitField(queryset=Unit.objects.none())
    base = VisibleField(Profile, required=False, allow_null=True)
    held = serializers.IntegerField(read_only=True)

    class Meta:
        model = Profile
        fields = (
            "id", "slug", "title", "purpose", "status", "framework_version", "unit", "base",
            "as_of", "description", "source", "items_digest", "held", "version",
        )  # fmt: skip
        read_only_fields = ("slug", "status", "source", "items_digest", "version")


class EditSerializer(serializers.Serializer[Any]):
    """What can be changed of a draft."""

    title = serializers.CharField(max_length=200, required=False)
    purpose = serializers.ChoiceField(choices=Profile.Purpose.choices, required=False)
    as_of = serializers.DateField(required=False, allow_null=True)
    description = serializers.CharField(max_length=4_000, required=False, allow_blank=True)


class ItemSerializer(serializers.Serializer[Any]):
    """An item: its identifier, the level to reach (0-4 or null) and why."""

    key = serializers.CharField(max_length=40)
    target_level = serializers.IntegerField(
        min_value=0, max_value=4, allow_null=True, required=False, default=None
    )
    reason = serializers.CharField(max_length=2_000, allow_blank=True, required=False, default="")
    remove = serializers.BooleanField(required=False, default=False)


class ProfileViewSet(RecordViewSet):
    """Profiles that ship, and those of one's units."""

    queryset = Profile.objects.all()
    serializer_class = ProfileSerializer
    filterset_class = ProfileFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Visible profiles with the number of their items."""
        if getattr(self, "swagger_fake_view", False):
            return Profile.objects.none()
        return queries.profiles(self.request.user)

    def create(self, request: Request) -> Response:
        """A draft, with the items of ``base`` if one is given."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = create_profile(by=cast(User, request.user), **sent.validated_data)
        return self.created(self.get_queryset().get(pk=made.pk))

    @extend_schema(request=EditSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a draft (If-Match)."""
        profile = self._matched(request)
        sent = EditSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        edit_profile(
            by=cast(User, request.user),
            profile=profile,
            version=profile.version,
            **sent.validated_data,
        )
        return self.shown(self.get_queryset().get(pk=profile.pk))

    @extend_schema(responses=ItemSerializer(many=True))
    @action(detail=True, methods=["get"])
    def items(self, request: Request, pk: str) -> Response:
        """Items in reading order."""
        values = queries.profile_values(self.get_object())
        return Response(
            [{"key": k, "target_level": level, "reason": why} for k, (level, why) in values.items()]
        )

    @extend_schema(request=ItemSerializer(many=True))
    @items.mapping.patch
    def set_items(self, request: Request, pk: str) -> Response:
        """Set items of a draft; ``remove`` takes one out; the others stay (If-Match)."""
        profile = self._matched(request)
        sent = ItemSerializer(data=request.data, many=True)
        sent.is_valid(raise_exception=True)
        items = {
            row["key"]: None if row["remove"] else (row["target_level"], row["reason"])
            for row in sent.validated_data
        }
        set_items(
            by=cast(User, request.user), profile=profile, version=profile.version, items=items
        )
        return self.shown(self.get_queryset().get(pk=profile.pk))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Close a draft (If-Match)."""
        profile = self._matched(request)
        publish_profile(by=cast(User, request.user), profile=profile, version=profile.version)
        return self.shown(self.get_queryset().get(pk=profile.pk))

    def _matched(self, request: Request) -> Profile:
        profile: Profile = self.get_object()
        require_match(request, profile)
        return profile


class ActionSerializer(serializers.ModelSerializer[SuggestedAction]):
    """A suggested action; ``text`` is empty until the official file is imported."""

    profile = serializers.CharField(source="profile.slug", read_only=True)
    item = serializers.CharField(source="node.key", read_only=True)
    risks: Any = serializers.SlugRelatedField(slug_field="key", many=True, read_only=True)

    class Meta:
        model = SuggestedAction
        fields = ("id", "profile", "key", "item", "risks", "text", "page")
        read_only_fields = fields


class ActionFilter(django_filters.FilterSet):
    """By item and risk."""

    item = django_filters.CharFilter(field_name="node__key", max_length=40)
    risk = django_filters.CharFilter(field_name="risks__key", max_length=50)

    class Meta:
        model = SuggestedAction
        fields = ("item", "risk")


class ActionPagination(RecordPagination):
    """In the order of the document."""

    ordering = "pk"
    page_size = 100
    max_page_size = 500


class ActionViewSet(PlainViewSet):
    """What profiles suggest."""

    queryset = queries.suggested_actions()
    serializer_class = ActionSerializer
    filterset_class = ActionFilter
    pagination_class = ActionPagination
