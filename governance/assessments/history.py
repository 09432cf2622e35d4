"""The history of an answer, as a person reads it.

The ledger holds one event for each save, and autosave makes many. Saves of one person with no
more than ten minutes between them are one session: shown with its first and last values.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from governance.assessments.models import Answer, Level
from ledger.models import Event, Record
from ledger.queries import history as events_of
from models_registry.history import Entry
from models_registry.history import history as entries_of

EVENTS: dict[str, str | Promise] = {
    "governance.assessment.opened": _("Opened"),
    "governance.assessment.renewed": _("Opened as the next period"),
    "governance.assessment.inherits": _("Source of inherited answers chosen"),
    "governance.assessment.submitted": _("Submitted"),
    "governance.assessment.reopened": _("Reopened"),
    "governance.assessment.returned": _("Returned to its authors"),
    "governance.assessment.signed": _("Signed"),
    "governance.signature.given": _("Signature given"),
    "governance.answer.begun": _("Begun"),
    "governance.answer.saved": _("Saved"),
    "governance.answer.assigned": _("Given to somebody"),
    "governance.answer.review-kept": _("Verdict kept"),
    "governance.assessment.assigned": _("Given to somebody"),
    "governance.sheet.uploaded": _("Workbook uploaded"),
    "governance.sheet.applied": _("Workbook applied"),
    "governance.sheet.discarded": _("Workbook discarded"),
    "governance.answer.confirmed": _("Confirmed"),
    "governance.answer.reviewed": _("Reviewed"),
    "governance.evidence.added": _("Added"),
    "governance.evidence.offered": _("Offered"),
    "governance.evidence.accepted": _("Accepted"),
    "governance.evidence.rejected": _("Rejected"),
    "governance.evidence.taken-back": _("No longer offered"),
    "governance.evidence.withdrawn": _("Withdrawn"),
}
PAUSE = dt.timedelta(minutes=10)
# What the ledger calls a field, and what the form calls it.
FORM_NAMES = {name: name.removesuffix("_id") for name in Answer.FIELDS}


@dataclass(frozen=True)
class Change:
    """One field, from what to what, as text."""

    label: str
    before: str
    after: str


@dataclass
class Session:
    """What one person changed in one sitting."""

    actor: str
    started: dt.datetime
    ended: dt.datetime
    saves: int = 0
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)
    who: str = ""
    changes: list[Change] = field(default_factory=list)


def history_of(record: Record, *others: Record) -> list[Entry]:
    """The latest events of a record and of others that belong to it, in words; two queries."""
    return [
        replace(entry, what=EVENTS.get(str(entry.what), entry.what))
        for entry in entries_of(record, *others)
    ]


def sessions(answer_id: int) -> list[Session]:
    """The sittings in which an answer was changed, newest first; two queries."""
    found: list[Session] = []
    for event in reversed(events_of(f"{Answer.kind()}:{answer_id}")):
        last = found[-1] if found else None
        if last is None or last.actor != event.actor or event.at - last.ended > PAUSE:
            last = Session(event.actor, event.at, event.at)
            found.append(last)
        _add(last, event)
    names = _names(found)
    for session in found:
        session.who = names.get(session.actor.rpartition(":")[2], session.actor)
        session.changes = list(_changes(session, names))
    return found[::-1]


def shown(name: str, value: Any, names: dict[str, str]) -> str:
    """A value of the field ``name`` as a person reads it; ``names`` are people by id."""
    if value in (None, ""):
        return ""
    if name == "level":
        return f"{value} {Level(int(value)).label}"
    if name == "applicability":
        return str(Answer.Applicability(value).label)
    if name == "owner_id":
        return names.get(str(value), str(value))
    return str(value)


def label(name: str) -> str:
    """What a field of ``Answer.FIELDS`` is called."""
    field: models.Field[Any, Any] = getattr(Answer, FORM_NAMES[name]).field
    return str(field.verbose_name)


def people(ids: Iterable[Any]) -> dict[str, str]:
    """Names by id (as text); one query, none without ids."""
    wanted = {int(value) for value in ids if str(value).isdigit()}
    if not wanted:
        return {}
    return {
        str(pk): name for pk, name in User.objects.filter(pk__in=wanted).values_list("pk", "name")
    }


def _add(session: Session, event: Event) -> None:
    body = json.loads(event.body)
    for name, value in body.get("new", {}).items():
        session.old.setdefault(name, body.get("old", {}).get(name))
        session.new[name] = value
    session.ended = event.at
    session.saves += 1


def _names(found: list[Session]) -> dict[str, str]:
    ids = {session.actor.rpartition(":")[2] for session in found}
    for session in found:
        ids |= {str(session.old.get("owner_id")), str(session.new.get("owner_id"))}
    return people(ids)


def _changes(session: Session, names: dict[str, str]) -> Iterable[Change]:
    for name in Answer.FIELDS:
        before, after = session.old.get(name), session.new.get(name)
        if name in session.new and (before or None) != (after or None):
            yield Change(label(name), shown(name, before, names), shown(name, after, names))
