"""What the serializers share."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import colleagues, units_where
from ledger.errors import StaleWrite
from ledger.merge import Merge


class UnitField(serializers.PrimaryKeyRelatedField[Unit]):
    """A unit that the caller may see."""

    def get_queryset(self) -> QuerySet[Unit]:
        request = self.context.get("request")
        user = getattr(request, "user", None)
        return units_where(user, Permission.RECORD_VIEW)


class OwnerField(serializers.PrimaryKeyRelatedField[User]):
    """A colleague."""

    def get_queryset(self) -> QuerySet[User]:
        request = self.context.get("request")
        return colleagues(request.user) if request else User.objects.none()


class StepSerializer(serializers.Serializer[Any]):
    """A step through the states of a record."""

    verb = serializers.CharField(max_length=40)
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


def person(request: Request) -> User:
    return cast(User, request.user)


def refuse_clashes(merged: Merge) -> None:
    if merged.clashes:
        raise StaleWrite(_("The record changed since you read it. Read it again, then write."))
