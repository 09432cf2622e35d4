"""Playbooks, harm, exposure and the way back over the API."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from incidents.actions import playbooks as actions
from incidents.actions.rolling_back import roll_back_incident
from incidents.api.postmortems import PostmortemActions
from incidents.models import ChosenPlaybook, Exposure, Harm, RollbackRecord, StepTick
from incidents.playbooks import playbooks
from incidents.queries import playbooks as queries
from incidents.queries import rollback
from models_registry.models import Deployment, ModelVersion
from web.api import VisibleField

MOST: dict[str, Any] = {"min_value": 0, "max_value": actions.LARGEST, "allow_null": True}


class ChoosePlaybookSerializer(serializers.Serializer[Any]):
    """A playbook by its id."""

    playbook = serializers.ChoiceField(choices=sorted(playbooks()))


class ChosenPlaybookSerializer(serializers.ModelSerializer[ChosenPlaybook]):
    """A playbook that is followed, as it was when it was chosen."""

    class Meta:
        model = ChosenPlaybook
        fields = ("id", "playbook_id", "playbook", "chosen_by", "created_at")
        read_only_fields = fields


class TickSerializer(serializers.Serializer[Any]):
    """A step and what is said of it."""

    playbook = VisibleField(ChosenPlaybook, source="chosen")
    step = serializers.CharField(max_length=20)
    outcome = serializers.ChoiceField(choices=StepTick.Outcome.choices, default="done")
    note = serializers.CharField(max_length=4_000, default="", allow_blank=True)


class HarmSerializer(serializers.ModelSerializer[Harm]):
    """A harm as stored, and what a new one needs."""

    class Meta:
        model = Harm
        fields = (
            "id", "harm_kind", "group", "text", "count", "certainty", "reversible", "noted_by",
            "withdrawn_because", "created_at",
        )  # fmt: skip
        read_only_fields = ("noted_by", "withdrawn_because", "created_at")
        extra_kwargs = {"count": MOST, "text": {"max_length": 4_000}}


class ExposureSerializer(serializers.ModelSerializer[Exposure]):
    """How many decisions the bad version served."""

    count = serializers.IntegerField(required=False, **MOST)
    per_day = serializers.IntegerField(required=False, **MOST)

    class Meta:
        model = Exposure
        fields = (
            "id", "model_version", "since", "until", "per_day", "count", "estimated", "method",
            "noted_by", "created_at",
        )  # fmt: skip
        read_only_fields = ("model_version", "estimated", "noted_by", "created_at")
        extra_kwargs = {"method": {"max_length": 4_000}}


class IncidentRollBackSerializer(serializers.Serializer[Any]):
    """What ends, and what starts instead if it is not the target of the rule."""

    deployment = VisibleField(Deployment)
    target = VisibleField(ModelVersion, required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=4_000)
    force = serializers.BooleanField(default=False)


class RollbackRecordSerializer(serializers.ModelSerializer[RollbackRecord]):
    """A rollback as done."""

    class Meta:
        model = RollbackRecord
        fields = ("id", "ended", "started", "fits", "reasons", "done_by", "created_at")
        read_only_fields = fields


class PlaybookActions(PostmortemActions):
    """What the viewset of incidents adds for playbooks, harm and the way back."""

    @extend_schema(methods=["get"], responses=OpenApiTypes.OBJECT)
    @extend_schema(
        methods=["post"], request=ChoosePlaybookSerializer, responses=ChosenPlaybookSerializer
    )
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def playbooks(self, request: Request, pk: str) -> Response:
        """Which are followed, how far, and which fit; or follow one."""
        if request.method == "GET":
            incident = self.get_object()
            fitting = [one.id for one in queries.suggestions(incident)]
            rows = [_followed(one) for one in queries.followed(incident)]
            return Response({"followed": rows, "suggested": fitting})
        made = actions.choose_playbook(
            by=cast(User, request.user),
            incident=self.matched(),
            **self.read(ChoosePlaybookSerializer),
        )
        return Response(ChosenPlaybookSerializer(made).data, status=201)

    @extend_schema(request=TickSerializer, responses={204: None})
    @action(detail=True, methods=["post"], url_path="playbook-ticks")
    def playbook_ticks(self, request: Request, pk: str) -> Response:
        """Tick a step."""
        incident, sent = self.matched(), self.read(TickSerializer)
        if sent["chosen"].incident_id != incident.pk:
            raise serializers.ValidationError({"playbook": "It is of another incident."})
        actions.tick_step(by=cast(User, request.user), **sent)
        return Response(status=204)

    @extend_schema(methods=["get"], responses=HarmSerializer(many=True))
    @extend_schema(methods=["post"], request=HarmSerializer, responses=HarmSerializer)
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def harms(self, request: Request, pk: str) -> Response:
        """Who was harmed; or record more."""
        if request.method == "GET":
            return Response(HarmSerializer(rollback.harms_of(self.get_object()), many=True).data)
        made = actions.record_harm(
            by=cast(User, request.user), incident=self.matched(), **self.read(HarmSerializer)
        )
        return Response(HarmSerializer(made).data, status=201)

    @extend_schema(methods=["get"], responses=ExposureSerializer(many=True))
    @extend_schema(methods=["post"], request=ExposureSerializer, responses=ExposureSerializer)
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def exposures(self, request: Request, pk: str) -> Response:
        """How many decisions the bad version served, newest record first; or record it."""
        if request.method == "GET":
            rows = self.get_object().exposures.all()
            return Response(ExposureSerializer(rows, many=True).data)
        made = actions.record_exposure(
            by=cast(User, request.user), incident=self.matched(), **self.read(ExposureSerializer)
        )
        return Response(ExposureSerializer(made).data, status=201)

    @extend_schema(methods=["get"], responses=OpenApiTypes.OBJECT)
    @extend_schema(
        methods=["post"], request=IncidentRollBackSerializer, responses=RollbackRecordSerializer
    )
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def rollback(self, request: Request, pk: str) -> Response:
        """Where one could go back to and why, and what shares the bytes; or go back."""
        if request.method == "GET":
            return Response(_way_back(self.get_object(), request.user))
        made = roll_back_incident(
            by=cast(User, request.user),
            incident=self.matched(),
            **self.read(IncidentRollBackSerializer),
        )
        return Response(RollbackRecordSerializer(made).data, status=201)


def _followed(one: queries.Followed) -> dict[str, Any]:
    ticks = {
        line.key: line.tick.outcome
        for lines in one.parts.values()
        for line in lines
        if line.tick is not None
    }
    return dict(ChosenPlaybookSerializer(one.chosen).data) | {"ticks": ticks}


def _way_back(incident: Any, user: Any) -> dict[str, Any]:
    found = rollback.candidates(incident)
    target, blast = rollback.target_of(found), rollback.blast_radius(incident, user)
    return {
        "target": target.version.pk if target else None,
        "candidates": [
            {"version": one.version.pk, "fits": one.fits, "reasons": one.plain()} for one in found
        ],
        "blast": {
            "same_bytes": [one.pk for one in blast.versions],
            "made_from_it": [one.pk for one in blast.descendants],
            "deployments": [one.pk for one in blast.deployments],
            "datasets": [one.pk for one in blast.datasets],
            "same_data": [one.pk for one in blast.trained],
            "hidden": blast.hidden,
        },
    }
