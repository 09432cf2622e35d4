"""Corrective actions over the API."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.models import User
from incidents.actions import corrective as actions
from incidents.api.serializers import PersonField
from incidents.corrective_tables import ActionFilter
from incidents.models import CorrectiveAction
from incidents.queries.corrective import record_named
from models_registry.models import Model
from web.api import RecordViewSet, VisibleField, require_match

_STEPS: dict[str, Any] = {
    "finish": actions.finish_action,
    "verify": actions.verify_action,
    "reject": actions.reject_action,
    "drop": actions.drop_action,
    "reopen": actions.reopen_action,
}


class CorrectiveActionSerializer(serializers.ModelSerializer[CorrectiveAction]):
    """An action as stored."""

    reference = serializers.CharField(read_only=True)

    class Meta:
        model = CorrectiveAction
        fields = (
            "id", "reference", "unit", "incident", "subject", "subject_title", "title", "text",
            "aim", "priority", "state", "owner", "due_on", "check_name", "checked_model",
            "opened_by", "ready_at", "ready_by", "closed_at", "closed_by", "closing_run", "note",
            "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class OpenActionSerializer(serializers.Serializer[Any]):
    """What a new action needs. ``about`` is a ledger key such as ``incidents.incident:4``."""

    about = serializers.CharField(max_length=100)
    title = serializers.CharField(max_length=300)
    text = serializers.CharField(max_length=4_000, default="", allow_blank=True)
    owner = PersonField()
    due_on = serializers.DateField()
    aim = serializers.ChoiceField(choices=CorrectiveAction.Aim.choices, default="prevent")
    priority = serializers.ChoiceField(choices=CorrectiveAction.Priority.choices, default="medium")
    check_name = serializers.CharField(max_length=60, default="", allow_blank=True)
    checked_model = VisibleField(Model, required=False, allow_null=True, default=None)


class ChangeActionSerializer(serializers.Serializer[Any]):
    """Owner, day and priority as they shall be, and why."""

    owner = PersonField()
    due_on = serializers.DateField()
    priority = serializers.ChoiceField(choices=CorrectiveAction.Priority.choices)
    reason = serializers.CharField(max_length=4_000)


class ActionStepSerializer(serializers.Serializer[Any]):
    """A step of the state table."""

    verb = serializers.ChoiceField(choices=sorted(_STEPS))
    note = serializers.CharField(max_length=4_000, default="", allow_blank=True)


class CorrectiveActionViewSet(RecordViewSet):
    """Corrective actions: list, show, open, change, step."""

    queryset = CorrectiveAction.objects.select_related("unit", "incident__unit", "owner")
    serializer_class = CorrectiveActionSerializer
    filterset_class = ActionFilter

    @extend_schema(request=OpenActionSerializer, responses={201: CorrectiveActionSerializer})
    def create(self, request: Request) -> Response:
        """Open an action about an incident or another record."""
        sent = self._read(OpenActionSerializer)
        about = record_named(sent.pop("about"), request.user)
        if about is None:
            raise serializers.ValidationError(
                {"about": "There is no such record that you may see."}
            )
        made = actions.open_action(by=cast(User, request.user), about=about, **sent)
        return self.created(made)

    @extend_schema(request=ChangeActionSerializer, responses=CorrectiveActionSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Another owner, day or priority."""
        one = self._matched()
        sent = self._read(ChangeActionSerializer)
        by = cast(User, request.user)
        return self.shown(actions.change_action(by=by, corrective=one, seen=one.version, **sent))

    @extend_schema(request=ActionStepSerializer, responses=CorrectiveActionSerializer)
    @action(detail=True, methods=["post"])
    def step(self, request: Request, pk: str) -> Response:
        """Finish, verify, reject, drop or reopen."""
        one, sent = self._matched(), self._read(ActionStepSerializer)
        return self.shown(_STEPS[sent["verb"]](by=request.user, corrective=one, note=sent["note"]))

    def _matched(self) -> CorrectiveAction:
        one: CorrectiveAction = self.get_object()
        require_match(self.request, one)
        return one

    def _read(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        read = kind(data=self.request.data, context=self.get_serializer_context())
        read.is_valid(raise_exception=True)
        found: dict[str, Any] = read.validated_data
        return found


def register(router: BaseRouter) -> None:
    """Add the routes of corrective actions."""
    router.register("corrective-actions", CorrectiveActionViewSet, basename="corrective-action")
