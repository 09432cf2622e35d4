"""Many answers at once, one's own work, and hand-overs, over the API."""

from collections.abc import Iterable
from typing import Any, cast

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
from frameworks.identifiers import canonical_key
from governance.assessments.actions import (
    Ask,
    apply_answers,
    hand_over,
    plan_answers,
    plan_handover,
)
from governance.assessments.actions.many import Line
from governance.assessments.api.shapes import AnswerFieldsSerializer, ColleagueField
from governance.assessments.history import FORM_NAMES
from governance.assessments.queries.work import leavers, my_answers
from ledger.canonical import plain
from web.problems import PreconditionRequired


class ManyAnswerSerializer(AnswerFieldsSerializer):
    """What one answer shall become, and the version that was read."""

    key = serializers.CharField(max_length=40)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)

    def validate_key(self, written: str) -> str:
        """Any known form of an identifier."""
        try:
            return canonical_key(written)
        except ValueError:
            return written


class ManyAnswersSerializer(serializers.Serializer[Any]):
    """Changes of many answers of one assessment."""

    dry_run = serializers.BooleanField(default=True)
    answers = ManyAnswerSerializer(many=True, allow_empty=False)

    def validate_answers(self, sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """At most 500, each once."""
        keys = {one["key"] for one in sent}
        if len(sent) > 500 or len(keys) < len(sent):
            raise serializers.ValidationError(_("Name each answer once, at most 500."))
        return sent


class AnswerCellSerializer(serializers.Serializer[Any]):
    """One field: what is stored, what shall be, and why not if it is refused."""

    field = serializers.CharField()
    old = serializers.JSONField()
    new = serializers.JSONField()
    problem = serializers.CharField(allow_blank=True)


class AnswerLineSerializer(serializers.Serializer[Any]):
    """What becomes of one answer."""

    key = serializers.CharField()
    problem = serializers.CharField(allow_blank=True)
    cells = AnswerCellSerializer(many=True)


class AnswerPlanSerializer(serializers.Serializer[Any]):
    """A plan, and whether it was applied."""

    applied = serializers.BooleanField()
    lines = AnswerLineSerializer(many=True)


class LeaverField(serializers.PrimaryKeyRelatedField[User]):
    """Somebody who still has work that the caller may give away."""

    def get_queryset(self) -> Any:
        """People with unfinished work."""
        request = self.context.get("request")
        return leavers(request.user) if request else User.objects.none()


class HandoverSerializer(serializers.Serializer[Any]):
    """Who hands over to whom. Without ``expected``, the number that a plan gave, only a plan."""

    leaver = LeaverField(queryset=User.objects.none())
    to = ColleagueField(queryset=User.objects.none())
    reason = serializers.CharField(max_length=2_000, required=False, default="")
    expected = serializers.IntegerField(min_value=0, max_value=10**6, required=False)


class HandoverPlanSerializer(serializers.Serializer[Any]):
    """What goes over, by id, and how much cannot."""

    applied = serializers.BooleanField()
    count = serializers.IntegerField()
    answers = serializers.ListField(child=serializers.IntegerField())
    assessments = serializers.ListField(child=serializers.IntegerField())
    stuck = serializers.IntegerField()


class MyAnswerSerializer(serializers.Serializer[Any]):
    """An answer that waits for the caller."""

    assessment = serializers.IntegerField(source="assessment_id")
    key = serializers.CharField(source="node.key")
    title = serializers.CharField()
    standing = serializers.CharField()
    due_date = serializers.DateField(allow_null=True)


class ManyRoutes(GenericViewSet[Any]):
    """``bulk/``, ``mine/`` and ``hand-over/`` of assessments."""

    @extend_schema(request=ManyAnswersSerializer, responses=AnswerPlanSerializer)
    @route(detail=True, methods=["post"], url_name="bulk")
    def bulk(self, request: Request, pk: str) -> Response:
        """Change many answers. ``dry_run`` (the default) only says what would change; without it
        each answer needs its ``version`` (0 while nobody began it), and cells that are refused
        are left out."""
        assessment = self.get_object()
        sent = ManyAnswersSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        asks = [
            Ask(one.pop("key"), version=one.pop("version", None), values=one)
            for one in sent.validated_data["answers"]
        ]
        if sent.validated_data["dry_run"]:
            return _planned(plan_answers(assessment, asks))
        if any(ask.version is None for ask in asks):
            raise PreconditionRequired(_("Send the version of each answer that you read."))
        by = cast(User, request.user)
        return _planned(apply_answers(by=by, assessment=assessment, asks=asks), applied=True)

    @extend_schema(responses=MyAnswerSerializer(many=True))
    @route(detail=False, methods=["get"], pagination_class=None, filterset_class=None)
    def mine(self, request: Request) -> Response:
        """Answers that wait for the caller, due first; at most 500."""
        return Response(MyAnswerSerializer(my_answers(request.user)[:500], many=True).data)

    @extend_schema(request=HandoverSerializer, responses=HandoverPlanSerializer)
    @route(detail=False, methods=["post"], url_path="hand-over", url_name="hand-over")
    def give_over(self, request: Request) -> Response:
        """Give all unfinished work of one person to another; without ``expected`` only look."""
        require_anywhere(request.user, Permission.ASSESSMENT_OPEN)
        sent = HandoverSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        by, values = cast(User, request.user), dict(sent.validated_data)
        applied = "expected" in values
        if applied:
            plan = hand_over(by=by, **values)
        else:
            plan = plan_handover(by=by, leaver=values["leaver"], to=values["to"])
        found = {
            "applied": applied,
            "count": plan.count,
            "answers": [one.pk for one in plan.answers],
            "assessments": [one.pk for one in plan.assessments],
            "stuck": len(plan.stuck),
        }
        return Response(found)


def _planned(lines: list[Line], *, applied: bool = False) -> Response:
    return Response({"applied": applied, "lines": lines_told(lines)})


def lines_told(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines of a plan as plain values."""
    return [
        {
            "key": line.ask.key,
            "problem": line.problem,
            "cells": [
                {
                    "field": FORM_NAMES.get(cell.name, cell.name),
                    "old": plain(cell.old),
                    "new": plain(cell.new),
                    "problem": cell.problem,
                }
                for cell in line.cells
            ],
        }
        for line in lines
    ]
