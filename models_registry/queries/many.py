"""Reads for changes of many records: who may see what, and values in words."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.roles import roles_with


def units_seen_by(
    people: Collection[int], units: Mapping[int, str | None]
) -> dict[int, frozenset[int]]:
    """Which of ``units`` (id → path) each of ``people`` may see; one query for all of them."""
    if not people:
        return {}
    held = Membership.objects.current().filter(
        user__in=people, user__is_active=True, role__in=roles_with(Permission.RECORD_VIEW)
    )
    above: dict[int, list[str]] = {}
    for person, path in held.order_by().values_list("user_id", "unit__path"):
        above.setdefault(person, []).append(path)
    return {
        person: frozenset(
            pk for pk, path in units.items() if path and path.startswith(tuple(paths))
        )
        for person, paths in above.items()
    }


def in_words(model: type[models.Model], name: str, value: Any) -> str:
    """``value`` of the field ``name`` as people know it; empty text for nothing."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, User):
        return str(value)
    field = model._meta.get_field(name)
    return str(dict(getattr(field, "flatchoices", None) or ()).get(value, value))


def label_of(model: type[models.Model], name: str) -> str:
    """What people call the field ``name``, such as “Owner”."""
    label = str(getattr(model._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:] if label else _("Field")
