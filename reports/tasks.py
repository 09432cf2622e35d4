"""Printing a report as a job (seal, freeze, render, keep), and signing one."""

import datetime as dt
import importlib
import logging
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.errors import JobFailed
from jobs.registry import JobContext, handler
from ledger.actions import seal
from ledger.canonical import canonical, sha256_hex
from ledger.errors import LedgerDamaged
from models_registry.models import AISystem, CardRevision
from reports.actions import KIND, SIGN_KIND, Printed, Signed, keep_printed, keep_signed
from reports.card_shape import CardSnapshot
from reports.messages import sentence
from reports.models import Report, SignOff
from reports.pdf.job import Rendered, RenderError
from reports.printing import print_snapshot
from reports.queries import newest_file, report_of_job, signoff_of_job
from reports.shape import Snapshot
from reports.signing.certificate import NoCertificate
from reports.snapshot.build import freeze_any
from vault.queries import read_bytes

log = logging.getLogger(__name__)


@handler(KIND, lease_seconds=60, limit_seconds=600, max_attempts=3)
def print_report(ctx: JobContext) -> None:
    """Make the one file of the report of this job. A killed attempt leaves nothing behind."""
    report = report_of_job(ctx.job)
    if report is None:
        raise JobFailed(_("The report of this job does not exist any more."))
    at = timezone.now().replace(microsecond=0)
    snapshot = _freeze(ctx, report, at)
    ctx.progress(30, _("Laying out the pages"))
    rendered = _render(ctx, snapshot)
    ctx.progress(95, _("Keeping the file"))
    printed = Printed(
        snapshot=canonical(snapshot),
        pdf=rendered.pdf,
        pages=rendered.pages,
        as_of=at,
        checkpoint_size=snapshot["checkpoint"]["size"],
        checkpoint_root=snapshot["checkpoint"]["root"],
    )
    with ctx.finish() as done:
        keep_printed(by=ctx.by, report=report, printed=printed)
        done.result = report.get_absolute_url()


def _freeze(ctx: JobContext, report: Report, at: dt.datetime) -> Snapshot | CardSnapshot:
    try:
        ctx.progress(5, _("Sealing the ledger"))
        seal()
        ctx.progress(15, _("Freezing the records"))
        return freeze_any(report, by=ctx.by, at=at)
    except (AISystem.DoesNotExist, CardRevision.DoesNotExist) as error:
        raise JobFailed(_("You may not see what the report is about any more.")) from error
    except LedgerDamaged as error:
        raise JobFailed(str(error)) from error


def _render(ctx: JobContext, snapshot: Snapshot | CardSnapshot) -> Rendered:
    def on_done(done: int, of_all: int, title: str) -> None:
        said = _("Part %(done)d of %(all)d is laid out: %(title)s")
        words = {"done": done, "all": of_all, "title": title}
        message = said % words if done else _("Laying out the pages")
        ctx.progress(30 + 60 * done // of_all, message)

    try:
        rendered = print_snapshot(snapshot, on_done)
    except RenderError as error:
        log.warning("Rendering failed: %s", error)
        raise JobFailed(sentence(error.code, error.part)) from error
    if rendered.blocked:
        log.warning("Refused addresses in a report: %s", rendered.blocked)
    return rendered


@handler(SIGN_KIND, lease_seconds=60, limit_seconds=180, max_attempts=3)
def sign_report(ctx: JobContext) -> None:
    """Put one signature into the file of a report. A killed attempt leaves nothing behind."""
    signature = signoff_of_job(ctx.job)
    if signature is None:
        raise JobFailed(_("This signature was asked for anew."))
    base = newest_file(signature.report)
    body = read_bytes(base.digest)
    if base.digest != signature.base_digest or sha256_hex(body) != base.digest:
        raise JobFailed(_("The file is not the one that was to be signed. Load the page again."))
    ctx.progress(30, _("Signing the file"))
    signed = _seal(signature, body)
    with ctx.finish() as done:
        keep_signed(by=ctx.by, signature=signature, signed=signed)
        done.result = signature.report.get_absolute_url()


def _seal(signature: SignOff, body: bytes) -> Signed:
    """pyHanko takes a second to load, and only workers sign."""
    sealing: Any = importlib.import_module("reports.signing.sealing")
    says = sealing.Signature(signature.seat, signature.signer_name, signature.statement)
    try:
        made = sealing.seal_pdf(body, says)
    except NoCertificate as error:
        raise JobFailed(str(error)) from error
    except OSError as error:  # a token or a time stamping service that does not answer
        log.exception("Signing %s failed", signature)
        raise JobFailed(_("The token or the time stamping service does not answer.")) from error
    return Signed(made.pdf, made.certificate, made.subject, made.stamped)
