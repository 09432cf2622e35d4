"""Asking for a report and keeping what was printed."""

import datetime as dt
import io
from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from governance.assessments.models import Assessment
from jobs.actions import enqueue
from ledger.actions import action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from models_registry.models import AISystem, CardRevision
from reports.models import OF_SYSTEM, Report
from reports.optional import OPTIONAL
from reports.oscal import document
from reports.queries import newest_assessment, newest_file, snapshot_bytes, snapshot_of
from reports.shape import Snapshot
from vault.actions import note_custody, store
from vault.models import StoredFile
from vault.queries import read_bytes

KIND = "reports.print"
MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Printed:
    """What a job made: the frozen bytes, the PDF, and the ledger at that moment."""

    snapshot: bytes
    pdf: bytes
    pages: int
    as_of: dt.datetime
    checkpoint_size: int
    checkpoint_root: str


@dataclass(frozen=True)
class Options:
    """How a report of a system is printed: its kind, the classification on its cover, and the
    sections that are left out (keys of `reports.document.OPTIONAL`)."""

    definition: str = Report.Definition.RMF_SYSTEM
    mark: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Tells reports with other options apart."""
        told = canonical([self.definition, self.mark, sorted(self.left_out)])
        return sha256_hex(told)[:16]


def request_report(
    *,
    by: User,
    system: AISystem,
    assessment: Assessment | None = None,
    options: Options | None = None,
    reason: str = "",
) -> Report:
    """Ask for the report of `system`; without `assessment` the newest one is taken.

    While the same person's same report of the same system is still being printed, that one is
    returned. Raises PermissionDenied, and Refused when the assessment is of another system or an
    option is unknown.
    """
    require(by, Permission.REPORT_CREATE, system.unit_id)
    chosen = _chosen(by, system, assessment)
    wanted = options or Options()
    _refuse_unknown(wanted)
    key = f"{system.pk}:{chosen.pk if chosen else ''}:{by.pk}:{wanted.key}"
    with action("reports.report.requested", by=by, reason=reason) as act:
        job = enqueue(KIND, {"system": system.pk}, by=by, key=key)
        waiting: Report | None = Report.objects.filter(job=job).first()
        if waiting is not None:
            return waiting
        report = Report(
            definition=wanted.definition,
            system=system,
            unit=system.unit,
            assessment=chosen,
            requested_by=by,
            job=job,
            mark=wanted.mark.strip(),
            left_out=sorted(set(wanted.left_out)),
        )
        act.save(report)
    return report


def _chosen(by: User, system: AISystem, assessment: Assessment | None) -> Assessment | None:
    chosen = assessment or newest_assessment(system, by)
    if chosen is not None and chosen.system_id != system.pk:
        raise Refused(
            _("This assessment is of another system. Choose one of %(system)s.")
            % {"system": system},
            code="other-system",
            field="assessment",
        )
    return chosen


def _refuse_unknown(wanted: Options) -> None:
    if wanted.definition not in OF_SYSTEM:
        said = _("There is no such kind of report of a system.")
        raise Refused(said, code="unknown-kind", field="definition")
    if not set(wanted.left_out) <= set(OPTIONAL):
        said = _("Only these sections may be left out: %(names)s.")
        names = ", ".join(OPTIONAL)
        raise Refused(said % {"names": names}, code="unknown-section", field="left_out")


def request_card_report(*, by: User, card: CardRevision, reason: str = "") -> Report:
    """Ask for `card` as PDF; while the same person's is being printed, that one is returned.

    Raises PermissionDenied.
    """
    unit = card.model_version.model.unit
    require(by, Permission.REPORT_CREATE, unit)
    with action("reports.report.requested", by=by, reason=reason) as act:
        job = enqueue(KIND, {"card": card.pk}, by=by, key=f"card:{card.pk}:{by.pk}")
        waiting: Report | None = Report.objects.filter(job=job).first()
        if waiting is not None:
            return waiting
        kind = Report.Definition.MODEL_CARD
        report = Report(definition=kind, card=card, unit=unit, requested_by=by, job=job)
        act.save(report)
    return report


def keep_printed(*, by: User, report: Report, printed: Printed) -> Report:
    """Store snapshot and PDF and tie them to `report`; call it inside the job's finish.

    Raises Refused (409) when the report has a file already: one job, one file.
    """
    require(by, Permission.REPORT_CREATE, report.unit_id)
    if report.file_digest:
        raise Refused(_("This report is printed already."), code="printed", status=409)
    with action("reports.report.printed", by=by) as act:
        report.snapshot = _keep(printed.snapshot, "application/json", by, report)
        report.file = _keep(printed.pdf, "application/pdf", by, report)
        report.snapshot_digest = report.snapshot.digest
        report.file_digest = report.file.digest
        report.as_of = printed.as_of
        report.pages = printed.pages
        report.checkpoint_size = printed.checkpoint_size
        report.checkpoint_root = printed.checkpoint_root
        act.save(report)
    return report


def hand_out(*, by: User, report: Report, what: str) -> bytes:
    """The bytes of the newest `file` or of the `snapshot` of a report, with a custody entry.

    Raises Refused (409) while there is no file or when the kept bytes are not what was printed.
    """
    require(by, Permission.RECORD_VIEW, report.unit_id)
    if not report.is_done:
        raise Refused(
            _("This report is not printed yet. Its page shows how far it is."),
            code="not-printed",
            status=409,
        )
    stored = newest_file(report) if what == "file" else cast(StoredFile, report.snapshot)
    body = read_bytes(stored.digest) if what == "file" else snapshot_bytes(report)
    if sha256_hex(body) != stored.digest:
        raise Refused(
            _("The kept file is not the one that was printed. Tell the administrator."),
            code="damaged",
            status=409,
        )
    with action("reports.report.downloaded", by=by) as act:
        note_custody(stored, by=by, act="downloaded", why=f"{report.reference} {what}")
        act.note(report.key, {"what": what, "sha256": stored.digest}, unit=report.unit_id)
    return body


def hand_out_oscal(*, by: User, report: Report, name: str) -> bytes:
    """An OSCAL document (JSON) of a printed report of a system, made from its snapshot.

    `name` is one of `reports.oscal.DOCUMENTS`. Raises PermissionDenied, and Refused (409) while
    nothing is printed or when the report is of another kind.
    """
    require(by, Permission.RECORD_VIEW, report.unit_id)
    if not report.is_done or report.definition not in OF_SYSTEM:
        raise Refused(
            _("Only a printed report of a system has OSCAL documents."),
            code="no-oscal",
            status=409,
        )
    body = canonical(document(name, cast(Snapshot, snapshot_of(report))))
    with action("reports.report.downloaded", by=by) as act:
        told = {"what": f"oscal/{name}", "sha256": sha256_hex(body)}
        act.note(report.key, told, unit=report.unit_id)
    return body


def _keep(body: bytes, media_type: str, by: User, report: Report) -> StoredFile:
    return store(
        io.BytesIO(body),
        media_type=media_type,
        by=by,
        why=str(report.reference),
        max_bytes=MAX_BYTES,
    )
