"""Is it the kept file? By digest, over all reports: who holds a file may ask whether it is ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from ledger.canonical import sha256_hex
from reports.models import Report, SignOff
from reports.queries import signoffs_of, with_names
from reports.verification.points import Point
from vault.queries import MissingBytes, read_bytes

# A file as long as a kept one is compared with it; of so many at most, newest first.
CANDIDATES = 20
ALIKE = 0.02


@dataclass(frozen=True)
class Known:
    """The report that a file belongs to and how many signatures the kept file has."""

    report: Report
    signatures: int
    exact: bool


def report_of_file(body: bytes, snapshot_digest: str) -> tuple[Known | None, Point]:
    """The report, and what is to be said of the bytes as a whole."""
    digest = sha256_hex(body)
    known = _by_digest(digest)
    if known is not None:
        return known, _kept(known, digest)
    for report, kept_digest in _as_long(len(body)):
        if (differs := _compared(report, body, kept_digest)) is not None:
            return Known(report, 0, exact=False), differs
    found: Report | None = (
        _reports().filter(snapshot_digest=snapshot_digest).first() if snapshot_digest else None
    )
    if found is not None:
        said = _("The file is not one that %(number)s kept, although its snapshot is: %(size)s "
                 "bytes, the last kept one has %(kept)s.")  # fmt: skip
        size = _sizes(found)[-1]
        words = {"number": found.reference, "size": len(body), "kept": size}
        return Known(found, 0, exact=False), Point("file", False, said % words)
    return None, Point("file", False, _("No report that was made here has these bytes."))


def _reports() -> Any:
    return with_names(Report.objects.all())


def _by_digest(digest: str) -> Known | None:
    signature = SignOff.objects.filter(file_digest=digest).first()
    match = Q(file_digest=digest) if signature is None else Q(pk=signature.report_id)
    report = _reports().filter(match).first()
    if report is None:
        return None
    signed = [one.file_digest for one in signoffs_of(report)]
    return Known(report, signed.index(digest) + 1 if signature else 0, exact=True)


def _kept(known: Known, digest: str) -> Point:
    said = _("Byte for byte the file of %(number)s with %(n)d of 3 signatures.")
    words = {"number": known.report.reference, "n": known.signatures}
    try:
        kept = sha256_hex(read_bytes(digest)) == digest
    except MissingBytes:
        kept = False
    if kept:
        return Point("file", True, said % words)
    more = _("The copy kept here is damaged or lost; what you hold is the right one.")
    return Point("file", True, f"{said % words} {more}")


def _as_long(size: int) -> Iterator[tuple[Report, str]]:
    for report in _reports().filter(file__size=size).order_by("-pk")[:CANDIDATES]:
        yield report, report.file_digest
    rows = SignOff.objects.filter(file_size=size).order_by("-pk")[:CANDIDATES]
    for signature in rows:
        yield _reports().get(pk=signature.report_id), signature.file_digest


def _compared(report: Report, body: bytes, digest: str) -> Point | None:
    """Where `body` differs from the kept bytes; None when they are different documents."""
    try:
        kept = read_bytes(digest)
    except MissingBytes:
        return None
    differing = [i for i, (a, b) in enumerate(zip(body, kept, strict=True)) if a != b]
    if not differing or len(differing) > ALIKE * len(body):
        return None
    said = _("Changed: %(n)d of %(size)d bytes differ from the file of %(number)s, the first one "
             "at byte %(at)d.")  # fmt: skip
    words = {
        "n": len(differing), "size": len(body), "number": report.reference, "at": differing[0],
    }  # fmt: skip
    return Point("file", False, said % words)


def _sizes(report: Report) -> list[int]:
    signed = [one.file_size for one in signoffs_of(report) if one.file_size]
    return [report.file.size if report.file else 0, *signed]
