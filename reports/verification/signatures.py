"""What the signatures of a file show."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.models import Report
from reports.queries import signoffs_of
from reports.signing.certificate import SELF_MADE
from reports.signing.order import FIELDS, seat
from reports.signing.reading import Found
from reports.verification.points import Point


def signature_points(found: Sequence[Found], size: int, report: Report | None) -> list[Point]:
    """One point for each signature in the file, then what the signatures together leave open."""
    if not found:
        missing = _unsigned(report)
        return [missing]
    kept = {} if report is None else {s.seat: s.file_digest for s in signoffs_of(report)}
    points = [_one(one, kept, report) for one in found]
    end = max(one.end for one in found)
    if end < size:
        said = ngettext(
            "%(n)d byte was added after the last signature.",
            "%(n)d bytes were added after the last signature.",
            size - end,
        )
        points.append(Point("appended", False, said % {"n": size - end}))
    elif len(found) < len(FIELDS):
        said = _("%(n)d of %(total)d seats have signed; the file is not locked yet.")
        words = {"n": len(found), "total": len(FIELDS)}
        points.append(Point("seats", None, said % words))
    return points


def _unsigned(report: Report | None) -> Point:
    given = 0 if report is None else sum(1 for s in signoffs_of(report) if s.file_digest)
    if not given:
        return Point("signature", None, _("Nobody has signed this file."))
    said = ngettext(
        "This is the file before its signatures; %(n)d was given since.",
        "This is the file before its signatures; %(n)d were given since.",
        given,
    )
    return Point("signature", None, said % {"n": given})


def _one(one: Found, kept: dict[str, str], report: Report | None) -> Point:
    title = str(seat(one.field).title) if one.field in FIELDS else one.field
    who = _("%(seat)s %(name)s") % {"seat": title, "name": one.name}
    code = f"signature-{one.field}"
    if wrong := _wrong(one, kept, report):
        return Point(code, False, f"{who}: {wrong}")
    said = [_("the signature is intact and covers the first %(end)d bytes") % {"end": one.end}]
    if SELF_MADE in one.subject:
        said.append(_("its certificate is self-made and proves no identity"))
    else:
        said.append(_("certificate of %(subject)s") % {"subject": one.subject})
    if one.stamp:
        said.append(_("time-stamped %(at)s") % {"at": _moment(one.stamp)})
    elif one.at:
        said.append(_("time as stated by the signer %(at)s") % {"at": _moment(one.at)})
    if one.locks:
        said.append(_("it forbids every later change"))
    return Point(code, True, f"{who}: {'; '.join(said)}.")


def _moment(value: str) -> str:
    """``2026-11-30 22:08:45 UTC``."""
    return f"{dt.datetime.fromisoformat(value).astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"


def _wrong(one: Found, kept: dict[str, str], report: Report | None) -> str:
    if not one.intact:
        return _("the signed bytes were changed afterwards.")
    if not one.valid or not one.end:
        return _("the signature is not valid. %(why)s") % {"why": one.why}
    if not one.trusted:
        return _("the certificate is not one that is trusted here (%(subject)s).") % {
            "subject": one.subject
        }
    if report is not None and kept.get(one.field) != one.digest:
        return _("no such signature was given in %(number)s.") % {"number": report.reference}
    return ""
