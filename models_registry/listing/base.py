"""What the lists share."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Unit
from accounts.permissions import Permission
from accounts.queries import units_where

NUMBER = {"td": {"class": "n"}, "th": {"class": "n"}}


def visible_units(request: Any) -> QuerySet[Unit]:
    """The units that the person may see, for a filter."""
    return units_where(request.user, Permission.RECORD_VIEW)
