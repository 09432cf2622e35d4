"""Printing a report as a job: seal, freeze, render, keep."""

import datetime as dt
import logging
from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.errors import JobFailed
from jobs.registry import JobContext, handler
from ledger.actions import seal
from ledger.canonical import canonical
from ledger.errors import LedgerDamaged
from models_registry.models import AISystem, CardRevision
from reports.actions import KIND, Printed, keep_printed
from reports.card_shape import CardSnapshot
from reports.messages import sentence
from reports.models import Report
from reports.pdf.job import Rendered, RenderError
from reports.printing import print_snapshot
from reports.queries import report_of_job
from reports.shape import Snapshot
from reports.snapshot.build import freeze_any

log = logging.getLogger(__name__)

# What may go wrong once without a reason that would go wrong again.
WORTH_ANOTHER_TRY = frozenset({"broken", "crashed"})


@handler(KIND, lease_seconds=60, limit_seconds=600, max_attempts=3)
def print_report(ctx: JobContext) -> None:
    """Make the one file of the report of this job. A killed attempt leaves nothing behind."""
    report = report_of_job(ctx.job)
    if report is None:
        raise JobFailed(_("The report of this job does not exist any more."))
    at = timezone.now().replace(microsecond=0)
    snapshot = _freeze(ctx, report, at)
    ctx.progress(30, _("Laying out the pages"))
    rendered = _render(snapshot, _beat(ctx))
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


def _beat(ctx: JobContext) -> Callable[[float], None]:
    def beat(seconds: float) -> None:
        share = min(90, 30 + int(seconds * 3))
        ctx.progress(share, _("Laying out the pages (%(s)d s)") % {"s": seconds})

    return beat


def _render(snapshot: Snapshot | CardSnapshot, on_beat: Callable[[float], None]) -> Rendered:
    for last in (False, True):
        try:
            rendered = print_snapshot(snapshot, on_beat)
        except RenderError as error:
            log.warning("Rendering failed: %s", error)
            if last or error.code not in WORTH_ANOTHER_TRY:
                raise JobFailed(sentence(error.code)) from error
        else:
            if rendered.blocked:
                log.warning("Refused addresses in a report: %s", rendered.blocked)
            return rendered
    raise AssertionError("the loop returns or raises")
