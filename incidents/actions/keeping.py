"""Pinning entries of the timeline, and keeping files as evidence."""

import datetime as dt
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from incidents.actions.common import check_past, record, require_on, required
from incidents.models import Attachment, Incident, Pin, TimelineEntry
from ledger.actions import action
from ledger.errors import Refused
from vault.actions import note_custody, store

MAX_BYTES = 50_000_000
MAX_PINS = 6


def pin_entry(*, by: User, entry: TimelineEntry) -> Pin:
    """Name an entry in the picture of the timeline. Doing it twice changes nothing.

    Raises ``Refused`` when six are pinned: more cannot be read.
    """
    require_on(by, Permission.INCIDENT_EDIT, entry.incident)
    known: Pin | None = Pin.objects.filter(entry=entry).first()
    if known is not None:
        return known
    if Pin.objects.filter(entry__incident=entry.incident_id).count() >= MAX_PINS:
        raise Refused(_("Six entries are pinned already. Unpin one first."), field="entry")
    pin = Pin(entry=entry, pinned_by=by)
    with action("incidents.entry.pinned", by=by) as act:
        act.save(pin)
    return pin


def unpin_entry(*, by: User, entry: TimelineEntry) -> None:
    """Take a pin away. Doing it twice changes nothing."""
    require_on(by, Permission.INCIDENT_EDIT, entry.incident)
    known = Pin.objects.filter(entry=entry).first()
    if known is not None:
        with action("incidents.entry.unpinned", by=by) as act:
            act.delete(known)


def attach_file(
    *,
    by: User,
    incident: Incident,
    upload: IO[bytes],
    name: str,
    source: str,
    acquired_at: dt.datetime | None = None,
    media_type: str = "application/octet-stream",
) -> Attachment:
    """Keep a file as evidence: its bytes in the vault, its digest here and in the timeline.

    Raises ``Refused`` without words on where it comes from, for a time in the future, and for a
    file of more than 50 MB.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    source = required(source, "source", _("Say where it comes from and how it was taken."))
    check_past(acquired_at, "acquired_at")
    why = f"evidence of {incident.reference}"
    with action("incidents.attachment.kept", by=by) as act:
        stored = store(upload, media_type=media_type, by=by, why=why, max_bytes=MAX_BYTES)
        made = Attachment(
            incident=incident, file=stored, name=name.strip()[-200:] or _("file"),
            digest=stored.digest, source=source, acquired_at=acquired_at or timezone.now(),
            added_by=by,
        )  # fmt: skip
        act.save(made)
        words = {"name": made.name, "digest": made.digest}
        said = _("Evidence kept: %(name)s, SHA-256 %(digest)s.") % words
        record(act, by, incident, said, at=made.acquired_at)
    return made


def hand_out(*, by: User, attachment: Attachment) -> str:
    """Note in the custody that ``by`` took a copy; returns the digest to read.

    Raises ``PermissionDenied`` for whoever may not see the incident.
    """
    require(by, Permission.RECORD_VIEW, attachment.incident.unit_id)
    note_custody(attachment.file, by=by, act="handed out", why=attachment.purpose)
    digest: str = attachment.digest
    return digest
