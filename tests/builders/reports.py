"""Reports by the real actions: asked for, kept with a stand-in for the PDF, or really printed."""

import io

import pikepdf
from django.utils import timezone

from jobs.actions import claim
from jobs.context import JobContext
from jobs.testing import run_all
from ledger.actions import seal
from ledger.canonical import canonical
from models_registry.models import AISystem
from reports.actions import (
    Printed,
    keep_printed,
    request_card_report,
    request_report,
    sign_off,
)
from reports.models import Report
from reports.queries import with_names
from reports.signing.order import FIELDS
from reports.snapshot.build import freeze_any
from tests.builders.assessments import assessment
from tests.builders.cards import edited_card
from tests.builders.frameworks import catalogue
from tests.builders.incidents import opened
from tests.builders.models_registry import new_system, system
from tests.world import PASSWORD, World

SIGNERS = ("officer", "approver", "auditor")
PDF = b"%PDF-1.7\nno more than a stand-in\n%%EOF\n"


def report(world: World) -> Report:
    """The auditor asked for the report of Consumer loan decisions; no worker took it yet."""
    catalogue(world)
    assessment(world)
    return world.once("report", lambda: request_report(by=world.auditor, system=system(world)))


def card_report(world: World) -> Report:
    """The auditor asked for the edited card as PDF; no worker took it yet."""
    card = edited_card(world)
    return world.once("card_report", lambda: request_card_report(by=world.auditor, card=card))


def kept_card(world: World) -> Report:
    """The same, ended: a real snapshot, and bytes that stand for the PDF."""
    return world.once("kept_card", lambda: keep(world, card_report(world)))


def kept(world: World) -> Report:
    """The same, ended: a real snapshot, and bytes that stand for the PDF."""
    return world.once("kept", lambda: keep(world, report(world)))


def keep(world: World, asked: Report, *, real: bool = False) -> Report:
    """End the job of a report without laying out pages; `real`: a PDF of one empty page."""
    ctx = JobContext(claim(asked.job_id), 60)
    seal()
    at = timezone.now().replace(microsecond=0)
    snapshot = freeze_any(asked, by=ctx.by, at=at)
    made = Printed(
        snapshot=canonical(snapshot),
        pdf=one_page(snapshot) if real else PDF,
        pages=1,
        as_of=at,
        checkpoint_size=snapshot["checkpoint"]["size"],
        checkpoint_root=snapshot["checkpoint"]["root"],
    )
    with ctx.finish() as done:
        keep_printed(by=ctx.by, report=asked, printed=made)
        done.result = asked.get_absolute_url()
    return reloaded(asked)


def one_page(snapshot: dict) -> bytes:
    """A PDF with what every report embeds, and nothing to read."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        note = snapshot["checkpoint"]["note"].encode()
        for name, body in (("snapshot.json", canonical(snapshot)), ("checkpoint.txt", note)):
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, body, filename=name)
        pdf.save(out)
    return out.getvalue()


def signable(world: World) -> Report:
    """A printed report with a small real PDF."""
    return world.once("signable", lambda: keep(world, report(world), real=True))


def signed(world: World, seats: int = 3) -> Report:
    """The same with the signatures of the first `seats` seats."""
    made = signable(world)
    for person, seat in list(zip(SIGNERS, FIELDS, strict=True))[:seats]:
        sign_off(by=world.persona(person), report=made, seat=seat, password=PASSWORD)
        run_all()
    seal()
    return reloaded(made)


def printed(world: World) -> Report:
    """Really printed by the job, with a failed check and its incident in it."""
    opened(world)
    asked = report(world)
    run_all()
    return reloaded(asked)


def reloaded(asked: Report) -> Report:
    """The report as stored now."""
    return with_names(Report.objects.all()).get(pk=asked.pk)


def other_system(world: World) -> AISystem:
    """A system of another company."""
    from_there = {"by": world.stranger, "unit": world.elsewhere}
    return world.once("other_system", lambda: _new(world, from_there))


def _new(world: World, where: dict) -> AISystem:
    return new_system(world, "Foreign system", **where)
