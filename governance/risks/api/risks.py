"""Risks over the API: the same actions as the pages."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import colleagues, units_where
from governance.risks import queries
from governance.risks.actions import accept_risk, close_risk, edit_risk, register_risk
from governance.risks.models import Risk, RiskMatrix
from governance.risks.tables import RiskFilter
from incidents.models import Incident
from models_registry.models import AISystem
from web.api import RecordViewSet, VisibleField, require_match


class RiskUnitField(serializers.PrimaryKeyRelatedField[Unit]):
    """A unit in which the caller may register risks."""

    def get_queryset(self) -> QuerySet[Unit]:
        """Units of the caller."""
        request = self.context.get("request")
        return units_where(request.user, Permission.RISK_EDIT) if request else Unit.objects.none()


class RiskOwnerField(serializers.PrimaryKeyRelatedField[User]):
    """Somebody whom the caller works with."""

    def get_queryset(self) -> QuerySet[User]:
        """Colleagues of the caller."""
        request = self.context.get("request")
        return colleagues(request.user) if request else User.objects.none()


class RiskSerializer(serializers.ModelSerializer[Risk]):
    """A risk; ``seen_incident`` is empty for those who may not see it, ``matrix`` for the
    standard one."""

    unit = RiskUnitField(queryset=Unit.objects.none())
    owner = RiskOwnerField(queryset=User.objects.none(), required=False)
    system = VisibleField(AISystem, required=False, allow_null=True)
    incident = VisibleField(Incident, required=False, allow_null=True, write_only=True)
    seen_incident = serializers.IntegerField(source="incident_seen", read_only=True, default=None)
    matrix = VisibleField(RiskMatrix, required=False)
    harms = serializers.ListField(child=serializers.CharField(max_length=20), required=False)
    subcategories = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=72
    )
    likelihood = serializers.IntegerField(read_only=True, default=None)
    impact = serializers.IntegerField(read_only=True, default=None)
    band = serializers.CharField(read_only=True)
    standing = serializers.CharField(read_only=True, default="open")

    class Meta:
        model = Risk
        fields = (
            "id", "reference", "unit", *Risk.FIELDS, "matrix", "seen_incident", "state",
            "likelihood", "impact", "band", "standing", "registered_by", "created_at",
            "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("state", "registered_by", "version")


class AcceptSerializer(serializers.Serializer[Any]):
    """Why it is taken as it is, and until when."""

    reason = serializers.CharField(max_length=4_000)
    expires_on = serializers.DateField()


class CloseSerializer(serializers.Serializer[Any]):
    """Why it is closed."""

    reason = serializers.CharField(max_length=2_000)


class RiskViewSet(RecordViewSet):
    """The risk register."""

    queryset = Risk.objects.all()
    serializer_class = RiskSerializer
    filterset_class = RiskFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Visible risks as they stand."""
        if getattr(self, "swagger_fake_view", False):
            return Risk.objects.none()
        return queries.risks(self.request.user)

    def create(self, request: Request) -> Response:
        """Register a risk."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        matrix = values.pop("matrix", None)
        if matrix not in (None, queries.matrix_for(values["unit"])):
            raise serializers.ValidationError({"matrix": _("Another matrix is in force there.")})
        made = register_risk(by=cast(User, request.user), **values)
        return self.created(self.get_queryset().get(pk=made.pk))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change fields of an open risk (If-Match). Its unit stays.

        With ``matrix``, the one in force, it is rated anew: send all six ratings.
        """
        risk = self.get_object()
        require_match(request, risk)
        sent = self.get_serializer(risk, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        values = {k: v for k, v in sent.validated_data.items() if k != "unit"}
        by = cast(User, request.user)
        return self._now(edit_risk(by=by, risk=risk, version=risk.version, **values))

    @extend_schema(request=AcceptSerializer, responses=RiskSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take the risk as it is (If-Match)."""
        risk = self.get_object()
        require_match(request, risk)
        sent = AcceptSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        accept_risk(by=cast(User, request.user), risk=risk, **sent.validated_data)
        return self._now(risk)

    @extend_schema(request=CloseSerializer, responses=RiskSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close the risk (If-Match, reason)."""
        risk = self.get_object()
        require_match(request, risk)
        sent = CloseSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self._now(close_risk(by=cast(User, request.user), risk=risk, **sent.validated_data))

    def _now(self, risk: Risk) -> Response:
        return self.shown(self.get_queryset().get(pk=risk.pk))
