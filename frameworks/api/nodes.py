"""The catalogue over the API: read only."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from frameworks.identifiers import key_forms
from frameworks.models import Node, NodeText
from web.api import RecordViewSet
from web.pagination import RecordPagination


class TextSerializer(serializers.ModelSerializer[NodeText]):
    """A text with its origin and licence."""

    class Meta:
        model = NodeText
        fields = ("kind", "origin", "language", "licence", "text")


class NodeSerializer(serializers.ModelSerializer[Node]):
    """A node with all its texts."""

    title = serializers.CharField(read_only=True)
    texts = TextSerializer(many=True, read_only=True)

    class Meta:
        model = Node
        fields = (
            "id",
            "framework_version",
            "key",
            "kind",
            "function",
            "order",
            "parent",
            "scope",
            "assessable",
            "auto_evidence",
            "evidence",
            "characteristics",
            "records",
            "stages",
            "title",
            "texts",
        )
        read_only_fields = fields


class NodeFilter(django_filters.FilterSet):
    """``key`` takes every known form of an identifier."""

    key = django_filters.CharFilter(method="by_key")

    class Meta:
        model = Node
        fields = ("framework_version", "function", "kind", "scope", "assessable", "key")

    def by_key(self, rows: QuerySet[Node], name: str, value: str) -> QuerySet[Node]:
        """Nodes with this identifier."""
        return rows.filter(key__in=key_forms(value))


class NodePagination(RecordPagination):
    """In reading order; the whole tree fits on one page."""

    ordering = "order"
    page_size = 100


class PlainViewSet(RecordViewSet):
    """Rows that are no records of their own."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row. It carries no ETag, since nobody can write it."""
        return Response(self.get_serializer(self.get_object()).data)


class NodeViewSet(PlainViewSet):
    """Functions, categories and subcategories of the loaded frameworks."""

    queryset = Node.objects.with_title().prefetch_related(
        Prefetch("texts", queryset=NodeText.objects.order_by("pk"))
    )
    serializer_class = NodeSerializer
    filterset_class = NodeFilter
    pagination_class = NodePagination
