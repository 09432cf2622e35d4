"""What the records say now that they did not say in the snapshot."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.canonical import canonical
from ledger.errors import LedgerDamaged
from reports.models import Report
from reports.queries import snapshot_of
from reports.snapshot.build import freeze_any
from reports.verification.points import Point
from vault.queries import MissingBytes

# They tell of the printing, not of the records.
APART = frozenset({"report", "checkpoint", "schema"})


def change_point(report: Report, now: dt.datetime | None = None) -> Point:
    """The sections that a report made now would print differently, seen as the same person."""
    try:
        before: Mapping[str, Any] = snapshot_of(report)
        after: Mapping[str, Any] = freeze_any(
            report, by=report.requested_by, at=now or timezone.now()
        )
    except (ObjectDoesNotExist, LedgerDamaged, MissingBytes, ValueError):
        said = _("What changed since cannot be told: the person who asked sees it no more.")
        return Point("changes", None, said)
    changed = [_named(key, before, after) for key in before if _differs(key, before, after)]
    if not changed:
        return Point("changes", None, _("The records say the same today."))
    said = _("Changed in the records since then: %(what)s.")
    return Point("changes", None, said % {"what": ", ".join(changed)})


def _differs(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return key not in APART and canonical(before[key]) != canonical(after.get(key))


def _named(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    old, new = before[key], after.get(key)
    if isinstance(old, list) and isinstance(new, list) and len(old) != len(new):
        words = {"what": key.replace("_", " "), "old": len(old), "new": len(new)}
        return _("%(what)s (%(old)d, now %(new)d)") % words
    return key.replace("_", " ")
