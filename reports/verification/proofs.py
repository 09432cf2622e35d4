"""Snapshot and ledger: are the records that the file rests on the ones that were kept?"""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.canonical import canonical, sha256_hex
from ledger.keys import known_keys
from ledger.models import Checkpoint, Event, Position
from ledger.verifier import CompactRange, Note, Unreadable, leaf_hash
from reports.models import Report
from reports.verification.points import Point
from vault.queries import MissingBytes, read_bytes

# Beyond it a page would be slow: ``manage.py verify_ledger`` reads everything.
READ_AT_MOST = 200_000


def snapshot_points(embedded: bytes, report: Report | None) -> list[Point]:
    """The embedded snapshot against the printed digest, and the kept copy against both."""
    if not embedded:
        return [Point("snapshot", False, _("The file holds no snapshot of the records."))]
    digest = sha256_hex(embedded)
    if report is None:
        said = _("The embedded snapshot has the SHA-256 %(digest)s; it is not of a report here.")
        return [Point("snapshot", None, said % {"digest": digest})]
    if digest != report.snapshot_digest:
        said = _("The embedded snapshot is not the one that %(number)s was printed from.")
        return [Point("snapshot", False, said % {"number": report.reference})]
    points = [Point("snapshot", True, _("The embedded snapshot is the one that was frozen."))]
    if not _is_canonical(embedded):
        points.append(Point("canonical", False, _("The snapshot is not canonical JSON.")))
    return [*points, _kept_snapshot(embedded, report)]


def _is_canonical(body: bytes) -> bool:
    try:
        return canonical(json.loads(body)) == body
    except ValueError:
        return False


def _kept_snapshot(embedded: bytes, report: Report) -> Point:
    try:
        kept = read_bytes(report.snapshot_digest)
    except MissingBytes:
        return Point("kept-snapshot", False, _("The snapshot kept here is lost."))
    if kept == embedded:
        return Point("kept-snapshot", True, _("The snapshot kept here is unchanged."))
    pairs = enumerate(zip(kept, embedded, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(kept), len(embedded)))
    said = _("The snapshot kept here was changed: it differs from what was frozen at byte %(at)d.")
    return Point("kept-snapshot", False, said % {"at": at})


def ledger_points(checkpoint: str, report: Report | None) -> list[Point]:
    """The embedded checkpoint: signed, still the beginning of the ledger; the printing event."""
    try:
        note = Note.parse(checkpoint)
    except Unreadable:
        return [Point("checkpoint", False, _("The file holds no checkpoint of a ledger."))]
    if not note.signed_by(known_keys()):
        said = _("No key of this ledger signed the checkpoint in the file (%(origin)s).")
        return [Point("checkpoint", False, said % {"origin": note.origin})]
    signed = _("The checkpoint over %(n)d events is signed by the key of this ledger.")
    points = [Point("checkpoint", True, signed % {"n": note.size}), _beginning(note)]
    return points if report is None else [*points, _printed_event(report)]


def _beginning(note: Note) -> Point:
    newest = Checkpoint.objects.order_by("-size").first()
    promised = max(note.size, newest.size if newest else 0)
    there = Position.objects.count()
    if there < promised:
        said = ngettext(
            "The ledger was cut: %(n)d event at its end is missing (%(there)d of %(all)d).",
            "The ledger was cut: %(n)d events at its end are missing (%(there)d of %(all)d).",
            promised - there,
        )
        words = {"n": promised - there, "there": there, "all": promised}
        return Point("ledger", False, said % words)
    if note.size > READ_AT_MOST:
        said = _("The ledger is long: run verify_ledger to compare its first %(n)d events.")
        return Point("ledger", None, said % {"n": note.size})
    if _root(note.size) != note.root:
        said = _("The first %(n)d events of the ledger are not those that were signed.")
        return Point("ledger", False, said % {"n": note.size})
    said = _("The first %(n)d events of the ledger are those that were signed.")
    return Point("ledger", True, said % {"n": note.size})


def _root(size: int) -> bytes:
    tree = CompactRange()
    bodies = Position.objects.filter(index__lt=size).order_by("index")
    for body in bodies.values_list("event__body", flat=True).iterator(chunk_size=2000):
        tree.append(leaf_hash(body.encode()))
    return tree.root()


def _printed_event(report: Report) -> Point:
    """The event that says which file and snapshot this report got."""
    found = Event.objects.filter(subject=report.key, action="reports.report.printed").first()
    if found is None:
        said = _("The ledger has no event of the printing of %(number)s: its end was cut off.")
        return Point("event", False, said % {"number": report.reference})
    new: dict[str, Any] = json.loads(found.body)["new"]
    said_digests = (new.get("file_digest"), new.get("snapshot_digest"))
    if said_digests != (report.file_digest, report.snapshot_digest):
        said = _("The ledger names other digests for %(number)s.")
        return Point("event", False, said % {"number": report.reference})
    place = Position.objects.filter(event=found).values_list("index", flat=True).first()
    if place is None:
        said = _("The printing is event %(pk)d, which is not sealed yet.")
        return Point("event", None, said % {"pk": found.pk})
    said = _("The printing, with both digests, is event %(at)d of the ledger.")
    return Point("event", True, said % {"at": place + 1})
