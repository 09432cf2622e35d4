"""Many systems or models over the API: look first, then all of it or nothing."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.actions import require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from ledger.errors import Refused
from models_registry.actions.kinds import MODELS, SYSTEMS
from models_registry.actions.many import MOST_AT_ONCE, Kind, Line, Wanted, apply, plan
from models_registry.api.fields import OwnerField, person
from models_registry.models import AISystem, Model
from models_registry.plan_words import counts_of, told
from web.problems import PreconditionRequired


class RecordSerializer(serializers.Serializer[Any]):
    """A record and the version that the caller read, which applying asks for."""

    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


def _person() -> OwnerField:
    return OwnerField(queryset=User.objects.none(), required=False)


class SystemChangesSerializer(serializers.Serializer[Any]):
    """The fields to change; those that are not sent stay as they are."""

    owner = _person()
    accountable = _person()
    tier = serializers.ChoiceField(choices=AISystem.Tier.choices, required=False)
    tier_reason = serializers.CharField(max_length=2_000, required=False)
    eu_class = serializers.ChoiceField(choices=AISystem.EUClass.choices, required=False)
    eu_class_reason = serializers.CharField(max_length=2_000, required=False)


class ModelChangesSerializer(serializers.Serializer[Any]):
    """The fields to change; those that are not sent stay as they are."""

    owner = _person()
    developer = _person()
    validator = _person()
    approver = _person()
    determination = serializers.ChoiceField(choices=Model.Determination.choices, required=False)
    determination_reason = serializers.CharField(max_length=2_000, required=False)


class BulkSerializer(serializers.Serializer[Any]):
    """Which records, and whether only to look."""

    records = RecordSerializer(many=True, allow_empty=False)
    dry_run = serializers.BooleanField(default=True)

    def validate_records(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """At most ``MOST_AT_ONCE``, each once."""
        if len(records) > MOST_AT_ONCE:
            text = _("Change at most %(most)s records at once.") % {"most": MOST_AT_ONCE}
            raise serializers.ValidationError(text)
        if len({one["id"] for one in records}) < len(records):
            raise serializers.ValidationError(_("Name each record once."))
        return records


class SystemBulkSerializer(BulkSerializer):
    """A change of many systems: fields, a step through the states, or both."""

    changes = SystemChangesSerializer(required=False)
    verb = serializers.CharField(max_length=40, required=False, default="")
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class ModelBulkSerializer(BulkSerializer):
    """A change of many models."""

    changes = ModelChangesSerializer()


class PlanChangeSerializer(serializers.Serializer[Any]):
    """One field in words: what is stored, what shall be."""

    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class PlanProblemSerializer(serializers.Serializer[Any]):
    """Why something is refused."""

    field = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    text = serializers.CharField()


class PlanLineSerializer(serializers.Serializer[Any]):
    """What becomes of one record: change, add, same, refused or conflict."""

    row = serializers.IntegerField(allow_null=True)
    id = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    verdict = serializers.CharField()
    changes = PlanChangeSerializer(many=True)
    problems = PlanProblemSerializer(many=True)


class PlanSerializer(serializers.Serializer[Any]):
    """A plan, and whether it was applied."""

    applied = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    lines = PlanLineSerializer(many=True)


class BulkRoute(GenericViewSet[Any]):
    """What ``bulk/`` does, for one kind."""

    BULK: ClassVar[Kind]

    def in_bulk(self, request: Request, sent: BulkSerializer) -> Response:
        """Plan, and apply unless it is a dry run.

        Raises 428 when applying without versions and ``NotApplied`` (409) when something stands
        in the way.
        """
        require_anywhere(request.user, Permission.SYSTEM_EDIT)
        sent.is_valid(raise_exception=True)
        wanted = _wanted(sent.validated_data)
        if sent.validated_data["dry_run"]:
            return self._planned(plan(self.BULK, by=person(request), wanted=wanted))
        if any(one.version is None for one in wanted):
            raise PreconditionRequired(_("Send the version of each record that you read."))
        return self._planned(apply(self.BULK, by=person(request), wanted=wanted), applied=True)

    def _planned(self, lines: list[Line], *, applied: bool = False) -> Response:
        return Response(
            {
                "applied": applied,
                "counts": counts_of(line.verdict for line in lines),
                "lines": [told(self.BULK, line) for line in lines],
            }
        )


def _wanted(data: dict[str, Any]) -> list[Wanted]:
    changes, verb = data.get("changes", {}), data.get("verb", "")
    if not changes and not verb:
        raise Refused(_("Choose at least one change."), code="no-change")
    return [
        Wanted(
            changes,
            pk=one["id"],
            version=one.get("version"),
            verb=verb,
            reason=data.get("reason", ""),
            tied=True,
        )
        for one in data["records"]
    ]


class SystemBulkRoute(BulkRoute):
    """``systems/bulk/``."""

    BULK = SYSTEMS

    @extend_schema(request=SystemBulkSerializer, responses=PlanSerializer)
    @route(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Change many systems. ``dry_run`` (the default) only says what would change; without it
        all is written in one transaction or nothing, and each record needs its ``version``."""
        context = self.get_serializer_context()
        return self.in_bulk(request, SystemBulkSerializer(data=request.data, context=context))


class ModelBulkRoute(BulkRoute):
    """``models/bulk/``."""

    BULK = MODELS

    @extend_schema(request=ModelBulkSerializer, responses=PlanSerializer)
    @route(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Change many models; as with systems."""
        context = self.get_serializer_context()
        return self.in_bulk(request, ModelBulkSerializer(data=request.data, context=context))
