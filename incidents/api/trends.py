"""Medians of detection, acknowledgement and resolution over the API."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.forms.trends import TrendFilter
from incidents.queries.trends import incidents_for_trends
from incidents.trends import line_of, trends_of
from web.api import RecordViewSet

_PARAMETERS: list[Any] = [
    OpenApiParameter("by", str, description="cause, model or function"),
    OpenApiParameter("severity", str),
    OpenApiParameter("model", int),
    OpenApiParameter("system", int),
    OpenApiParameter("since", OpenApiTypes.DATE),
    OpenApiParameter("until", OpenApiTypes.DATE),
]


class TrendActions(RecordViewSet):
    """What the viewset of incidents adds about how long they take."""

    @extend_schema(parameters=_PARAMETERS, responses=OpenApiTypes.OBJECT)
    @action(detail=False, filterset_class=None, pagination_class=None)
    def trends(self, request: Request) -> Response:
        """All, each group and each month: how many, and medians in hours with n and interval."""
        rows = incidents_for_trends(request.user)
        filters = TrendFilter(request.query_params, queryset=rows, request=request)
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        found = trends_of(filters.qs, filters.grouping)
        return Response(
            {
                "all": line_of(found.all),
                "groups": [line_of(group) for group in found.groups],
                "months": [line_of(group) for group in found.months],
            }
        )
