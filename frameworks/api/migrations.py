"""What changes between two editions, over the API."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from frameworks import queries
from frameworks.actions import check_editions, settle_migration
from frameworks.migrating import changes_digest, counts_of
from frameworks.models import FrameworkVersion, MigrationSet, NodeChange
from web.api import RecordViewSet, VisibleField


class MigrationSerializer(serializers.ModelSerializer[MigrationSet]):
    """Settled changes; each item is at ``…/changes/``."""

    class Meta:
        model = MigrationSet
        fields = ("id", "from_version", "to_version", "counts", "digest", "created_at", "version")
        read_only_fields = fields


class EditionsSerializer(serializers.Serializer[Any]):
    """Two editions; with ``shown``, the digest of the plan, the changes are settled."""

    from_version = VisibleField(FrameworkVersion)
    to_version = VisibleField(FrameworkVersion)
    shown = serializers.CharField(max_length=64, required=False, default="")


class MigrationViewSet(RecordViewSet):
    """Changes between editions: planned without ``shown``, settled with it."""

    queryset = MigrationSet.objects.all()
    serializer_class = MigrationSerializer
    filterset_fields = ("from_version", "to_version")

    @extend_schema(request=EditionsSerializer)
    def create(self, request: Request) -> Response:
        """Plan the changes, or settle those that were shown."""
        sent = EditionsSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        if values["shown"]:
            return self.created(settle_migration(by=cast(User, request.user), **values))
        check_editions(values["from_version"], values["to_version"])
        changes = queries.planned_changes(values["from_version"], values["to_version"])
        return Response(
            {
                "shown": changes_digest(changes),
                "counts": counts_of(changes),
                "changes": [vars(change) for change in changes],
            }
        )

    @extend_schema(responses=dict)
    @action(detail=True, methods=["get"])
    def changes(self, request: Request, pk: str) -> Response:
        """Every item before and after."""
        rows = NodeChange.objects.filter(migration=self.get_object()).order_by("pk")
        names = ("change", "source__key", "target__key", "carries", "also_reworded")
        return Response([dict(zip(names, row, strict=True)) for row in rows.values_list(*names)])
