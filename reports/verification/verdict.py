"""All points together."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.canonical import sha256_hex
from reports.models import Report
from reports.signing.certificate import trusted
from reports.signing.reading import NotReadable, Reading, read_pdf
from reports.verification.changes import change_point
from reports.verification.files import report_of_file
from reports.verification.points import Point
from reports.verification.proofs import ledger_points, snapshot_points
from reports.verification.signatures import signature_points


@dataclass(frozen=True)
class Verdict:
    """What was found. `report` is set only when the asking person may see it."""

    digest: str
    points: tuple[Point, ...]
    report: Report | None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the file."""
        return all(point.holds is not False for point in self.points)

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        against = sum(1 for point in self.points if point.holds is False)
        if not against:
            return _("Everything that can be checked here holds.")
        return ngettext(
            "Do not rely on this file: %(n)d thing does not hold.",
            "Do not rely on this file: %(n)d things do not hold.",
            against,
        ) % {"n": against}


def verify(body: bytes, *, by: Any = None) -> Verdict:
    """Everything that can be told of the PDF `body`.

    What changed since is told only to who may see the report (`by` None: the operator of the
    command line, who sees everything).
    """
    reading = _read(body)
    snapshot = reading.snapshot if reading else b""
    known, about_file = report_of_file(body, sha256_hex(snapshot) if snapshot else "")
    report = known.report if known else None
    points = [about_file]
    if reading is None:
        points.append(Point("readable", False, _("The file is not a PDF that can be read.")))
    else:
        points += signature_points(reading.signatures, len(body), report)
        points += snapshot_points(reading.snapshot, report)
        points += ledger_points(reading.checkpoint, report)
    shown = report if report is not None and _may_see(report, by) else None
    if shown is not None:
        points.append(change_point(shown))
    return Verdict(sha256_hex(body), tuple(points), shown)


def _may_see(report: Report, by: Any) -> bool:
    return by is None or bool(Report.objects.all().visible_to(by).filter(pk=report.pk).exists())


def _read(body: bytes) -> Reading | None:
    try:
        return read_pdf(body, trusted())
    except NotReadable:
        return None
