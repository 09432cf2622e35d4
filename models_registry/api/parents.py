"""Parents of versions over the API."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from models_registry.actions.parents import add_parent, remove_parent
from models_registry.api.fields import person
from models_registry.models import ModelVersion, VersionParent
from web.api import RecordViewSet, VisibleField, require_match


class ParentSerializer(serializers.ModelSerializer[VersionParent]):
    """What a version was made from. ``parent`` is null where it may not be named."""

    parent = serializers.SerializerMethodField()  # type: ignore[assignment]
    hidden = serializers.SerializerMethodField()

    class Meta:
        model = VersionParent
        fields = ("id", "child", "relation", "parent", "hidden", "outside", "version", "created_at")
        read_only_fields = fields

    def get_parent(self, link: VersionParent) -> int | None:
        return None if self.get_hidden(link) else link.parent_id

    def get_hidden(self, link: VersionParent) -> bool:
        return link.parent_id is not None and not getattr(link, "seen", True)


class ParentToAdd(serializers.Serializer[Any]):
    """A parent of the registry, or the name of one outside of it."""

    child = VisibleField(ModelVersion)
    relation = serializers.ChoiceField(choices=VersionParent.Relation.choices)
    parent = VisibleField(  # type: ignore[assignment]
        ModelVersion, required=False, allow_null=True, default=None
    )
    outside = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ParentViewSet(RecordViewSet):
    """Parents of versions."""

    queryset = VersionParent.objects.select_related("child__model")
    serializer_class = ParentSerializer
    filterset_fields = ("child", "parent", "relation")

    def get_queryset(self) -> QuerySet[Any]:
        seen = ModelVersion.objects.visible_to(self.request.user).filter(pk=OuterRef("parent"))
        links: QuerySet[Any] = super().get_queryset()
        shown: QuerySet[Any] = links.annotate(seen=Exists(seen.order_by()))
        return shown

    @extend_schema(request=ParentToAdd, responses={201: ParentSerializer})
    def create(self, request: Request) -> Response:
        """Name a parent of a draft."""
        sent = ParentToAdd(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        link = add_parent(by=person(request), version=values.pop("child"), **values)
        return self.created(link)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take a parent of a draft away; ``If-Match`` is required."""
        link = self.get_object()
        require_match(request, link)
        remove_parent(by=person(request), link=link)
        return Response(status=204)
