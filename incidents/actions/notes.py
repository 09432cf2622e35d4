"""Notes in the timeline."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from incidents.actions.common import check_past, require_on, required
from incidents.models import Incident, TimelineEntry
from ledger.actions import action
from ledger.errors import Refused


def add_note(
    *,
    by: User,
    incident: Incident,
    text: str,
    happened_at: dt.datetime | None = None,
    correction_of: TimelineEntry | None = None,
) -> TimelineEntry:
    """Write down what happened, now or earlier. Notes are never changed: correct them by another.

    Raises ``Refused`` for empty text, a time in the future, or a correction of an entry of
    another incident.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    text = required(text, "text", _("Write what happened."))
    check_past(happened_at, "happened_at")
    if correction_of is not None and correction_of.incident_id != incident.pk:
        raise Refused(_("That entry belongs to another incident."), field="correction_of")
    entry = TimelineEntry(
        incident=incident,
        entry_kind=TimelineEntry.Kind.NOTE,
        happened_at=happened_at or timezone.now(),
        text=text,
        author=by,
        correction_of=correction_of,
    )
    with action("incidents.entry.noted", by=by) as act:
        act.save(entry)
    return entry
