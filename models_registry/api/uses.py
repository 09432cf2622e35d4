"""Models and their uses over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from models_registry.actions.models import add_use, edit_model, edit_use, remove_use
from models_registry.api.fields import OwnerField, person, refuse_clashes
from models_registry.api.many import ModelBulkRoute
from models_registry.models import AISystem, Model, ModelUse
from web.api import RecordViewSet, VisibleField, require_match


class ModelSerializer(serializers.ModelSerializer[Model]):
    """A model."""

    owner = OwnerField(queryset=User.objects.none(), required=False)
    developer = OwnerField(queryset=User.objects.none(), required=False, allow_null=True)
    validator = OwnerField(queryset=User.objects.none(), required=False, allow_null=True)
    approver = OwnerField(queryset=User.objects.none(), required=False, allow_null=True)

    class Meta:
        model = Model
        fields = (
            "id", "unit", "name", "slug", "model_type", "description", "vendor", "determination",
            "determination_reason", "external_id", "owner", "developer", "validator", "approver",
            "version", "created_at",
        )  # fmt: skip
        read_only_fields = ("unit", "slug", "external_id", "version", "created_at")
        # The action and the database check these, with sentences that say what to do.
        validators: tuple[Any, ...] = ()


class ModelViewSet(ModelBulkRoute, RecordViewSet):
    """Models; they come into being with their first version."""

    queryset = Model.objects.select_related("unit", "owner", "developer", "validator", "approver")
    serializer_class = ModelSerializer
    filterset_fields = ("unit", "slug", "model_type", "determination", "owner")

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change fields; ``If-Match`` is required."""
        model = self.get_object()
        require_match(request, model)
        sent = self.get_serializer(model, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        base = {name: getattr(model, name) for name in values}
        refuse_clashes(edit_model(by=person(request), model=model, base=base, values=values))
        return self.shown(model)


class UseSerializer(serializers.ModelSerializer[ModelUse]):
    """The use of a model in a system; ``effective_tier`` is its own or that of the system."""

    system = VisibleField(AISystem)
    model = VisibleField(Model)
    effective_tier = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = ModelUse
        fields = (
            "id", "system", "model", "purpose", "limits", "tier", "tier_reason", "effective_tier",
            "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("version",)
        validators: tuple[Any, ...] = ()


class UseChangeSerializer(UseSerializer):
    """A change of a use: the pair itself stays."""

    class Meta(UseSerializer.Meta):
        read_only_fields = ("version", "system", "model")  # type: ignore[assignment]

    system = serializers.PrimaryKeyRelatedField[AISystem](read_only=True)  # type: ignore[assignment]
    model = serializers.PrimaryKeyRelatedField[Model](read_only=True)  # type: ignore[assignment]


class UseAddSerializer(serializers.Serializer[Any]):
    """A new use."""

    system = VisibleField(AISystem)
    model = VisibleField(Model)
    purpose = serializers.CharField(max_length=4_000, required=False, allow_blank=True)
    limits = serializers.CharField(max_length=4_000, required=False, allow_blank=True)


class RemovalSerializer(serializers.Serializer[Any]):
    """Why a use ends."""

    reason = serializers.CharField(max_length=2_000)


class UseViewSet(RecordViewSet):
    """Uses of models in systems."""

    queryset = ModelUse.objects.select_related("system", "model")
    serializer_class = UseSerializer
    filterset_fields = ("system", "model", "tier")

    @extend_schema(request=UseAddSerializer, responses={201: UseSerializer})
    def create(self, request: Request) -> Response:
        """Say that a system uses a model."""
        sent = UseAddSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return self.created(add_use(by=person(request), **sent.validated_data))

    @extend_schema(request=UseChangeSerializer, responses=UseSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change purpose, limits or tier; ``If-Match`` is required."""
        use = self.get_object()
        require_match(request, use)
        sent = UseChangeSerializer(use, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        base = {name: getattr(use, name) for name in values}
        refuse_clashes(edit_use(by=person(request), use=use, base=base, values=values))
        return self.shown(use)

    @extend_schema(request=RemovalSerializer, responses={204: None})
    @route(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """The system no longer uses the model; ``If-Match`` is required."""
        use = self.get_object()
        require_match(request, use)
        sent = RemovalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        remove_use(by=person(request), use=use, **sent.validated_data)
        return Response(status=204)
