"""Measures against risks over the API."""

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.queries import colleagues
from governance.risks.actions import add_treatment, finish_treatment
from governance.risks.models import Risk, Treatment
from web.api import RecordViewSet, VisibleField, require_match


class MeasureOwnerField(serializers.PrimaryKeyRelatedField[User]):
    """Somebody whom the caller works with."""

    def get_queryset(self) -> QuerySet[User]:
        """Colleagues of the caller."""
        request = self.context.get("request")
        return colleagues(request.user) if request else User.objects.none()


class MeasureSerializer(serializers.ModelSerializer[Treatment]):
    """A measure: what is done against a risk, by whom, until when."""

    risk = VisibleField(Risk)
    owner = MeasureOwnerField(queryset=User.objects.none())

    class Meta:
        model = Treatment
        fields = (
            "id", "risk", "title", "owner", "due_date", "done_on", "created_at", "updated_at",
            "version",
        )  # fmt: skip
        read_only_fields = ("done_on", "version")


class MeasureViewSet(RecordViewSet):
    """Measures against risks."""

    queryset = Treatment.objects.select_related("risk__unit", "owner")
    serializer_class = MeasureSerializer
    filterset_fields = ("risk", "owner", "done_on")

    def create(self, request: Request) -> Response:
        """Add a measure to an open risk."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.created(add_treatment(by=cast(User, request.user), **sent.validated_data))

    @extend_schema(request=None, responses=MeasureSerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str) -> Response:
        """Say that it is done (If-Match)."""
        found = self.get_object()
        require_match(request, found)
        return self.shown(finish_treatment(by=cast(User, request.user), treatment=found))
