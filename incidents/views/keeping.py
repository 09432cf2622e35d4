"""Pins of the timeline and files kept as evidence."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from incidents.actions.keeping import hand_out, pin_entry, unpin_entry
from incidents.models import Attachment, TimelineEntry
from vault.queries import read_bytes
from web.views import SeeOther, attachment, visible_or_404


@require_POST
def entry_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the entry in the picture."""
    entry = _entry(request, pk)
    pin_entry(by=cast(User, request.user), entry=entry)
    return _back(entry)


@require_POST
def entry_unpin(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the name away."""
    entry = _entry(request, pk)
    unpin_entry(by=cast(User, request.user), entry=entry)
    return _back(entry)


@require_safe
def attachment_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the bytes; the custody says to whom."""
    rows = Attachment.objects.select_related("incident__unit", "file")
    found: Attachment = visible_or_404(rows, request.user, pk=pk)
    digest = hand_out(by=cast(User, request.user), attachment=found)
    body = read_bytes(digest)
    return attachment(body, media_type="application/octet-stream", name=found.name)


def _entry(request: HttpRequest, pk: int) -> TimelineEntry:
    rows = TimelineEntry.objects.select_related("incident__unit")
    found: TimelineEntry = visible_or_404(rows, request.user, pk=pk)
    return found


def _back(entry: TimelineEntry) -> HttpResponse:
    return SeeOther(f"{entry.incident.get_absolute_url()}#entry-{entry.pk}")
