"""Risk matrices over the API."""

from typing import Any, cast

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from governance.risks.actions import set_matrix
from governance.risks.models import RiskMatrix
from web.api import RecordViewSet


class MatrixUnitField(serializers.PrimaryKeyRelatedField[Unit]):
    """A unit whose matrix the caller may set."""

    def get_queryset(self) -> QuerySet[Unit]:
        """Units of the caller."""
        request = self.context.get("request")
        if request is None:
            return Unit.objects.none()
        return units_where(request.user, Permission.RISK_MATRIX)


class RiskMatrixSerializer(serializers.ModelSerializer[RiskMatrix]):
    """Steps from least to most, and from which product of the two on a level begins."""

    unit = MatrixUnitField(queryset=Unit.objects.none())
    likelihoods = serializers.ListField(child=serializers.CharField(max_length=40), max_length=10)
    impacts = serializers.ListField(child=serializers.CharField(max_length=40), max_length=10)
    reason = serializers.CharField(max_length=2_000, write_only=True)

    class Meta:
        model = RiskMatrix
        fields = (
            "id", "unit", "likelihoods", "impacts", "medium_from", "high_from", "critical_from",
            "reason", "set_by", "created_at", "version",
        )  # fmt: skip
        read_only_fields = ("set_by", "version")


class RiskMatrixViewSet(RecordViewSet):
    """Matrices: never changed, only followed by another one."""

    queryset = RiskMatrix.objects.select_related("unit")
    serializer_class = RiskMatrixSerializer
    filterset_fields = ("unit",)

    def create(self, request: Request) -> Response:
        """Set the matrix of a unit and of those below it that have none."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(sent.validated_data)
        unit, reason = values.pop("unit"), values.pop("reason")
        by = cast(User, request.user)
        return self.created(set_matrix(by=by, unit=unit, reason=reason, values=values))
