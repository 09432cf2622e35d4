"""What happened to a record, from the ledger, in words."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ledger.models import Event, Record

LONGEST = 50
_CUT = 160

EVENTS: dict[str, str | Promise] = {
    "models_registry.system.registered": _("Registered"),
    "models_registry.system.edited": _("Edited"),
    "models_registry.system.put-into-use": _("Put into use"),
    "models_registry.system.retired": _("Retired"),
    "models_registry.system.proposed-again": _("Proposed again"),
    "models_registry.version.registered": _("Registered"),
    "models_registry.version.edited": _("Edited"),
    "models_registry.version.submitted": _("Submitted and frozen"),
    "models_registry.version.withdrawn": _("Withdrawn"),
    "models_registry.card.imported": _("Card imported"),
    "models_registry.dataset.uploaded": _("Uploaded"),
}


@dataclass(frozen=True)
class Change:
    """One field that changed, as text."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One event in words."""

    at: datetime
    person: str
    what: str | Promise
    reason: str
    changes: list[Change]


def history(record: Record, *others: Record) -> list[Entry]:
    """The latest events of ``record`` and ``others``, newest first; two queries."""
    keys = [record.key, *(other.key for other in others)]
    events = list(Event.objects.filter(subject__in=keys).order_by("-pk")[:LONGEST])
    people = _people({event.actor for event in events})
    return [_entry(event, type(record), people) for event in events]


def _people(actors: set[str]) -> dict[str, str]:
    ids = [actor.rpartition(":")[2] for actor in actors]
    found = User.objects.filter(pk__in=[pk for pk in ids if pk.isdecimal()])
    return {f"accounts.user:{pk}": name for pk, name in found.values_list("pk", "name")}


def _entry(event: Event, model: type[Record], people: dict[str, str]) -> Entry:
    body: dict[str, Any] = json.loads(event.body)
    old, new = body.get("old") or {}, body.get("new") or {}
    changed = [] if not old else [name for name in new if name not in {"version", "id"}]
    return Entry(
        at=event.at,
        person=people.get(event.actor, event.actor),
        what=EVENTS.get(event.action, event.action),
        reason=event.reason,
        changes=[
            Change(_label(model, name), _text(old.get(name)), _text(new.get(name)))
            for name in changed
        ],
    )


def _label(model: type[Record], name: str) -> str:
    for field in model._meta.concrete_fields:
        if name in (field.name, field.attname):
            return str(field.verbose_name)
    return name


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _CUT else f"{text[:_CUT]}…"
