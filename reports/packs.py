"""The pack of a duty to notify as a PDF, with the same pack as JSON inside."""

from typing import Any

from django.core.cache import cache
from django.template.engine import Engine
from django.template.loader import render_to_string

from incidents.clocks.pack import utc
from incidents.models import NotificationClock
from incidents.queries.clocks import pack_of
from ledger.canonical import canonical, sha256_hex
from reports.pdf.fonts import font_assets
from reports.pdf.job import Asset, Embedded, Limits, RenderJob
from reports.pdf.parent import render

# A pack has a few pages; a reader waits for it.
KEPT_SECONDS = 600
LIMITS = Limits(cpu_seconds=40, wall_seconds=60.0, html_bytes=2_000_000, pages=200)


def pack_job(clock: NotificationClock) -> RenderJob:
    """What the printing process needs for the pack of ``clock`` as it is now."""
    pack = pack_of(clock)
    body = canonical(pack)
    moment = utc(max(clock.updated_at, clock.incident.updated_at))
    return RenderJob(
        html=pack_html(pack, sha256_hex(body), moment),
        moment=moment,
        assets=(*font_assets(), print_styles()),
        embedded=(Embedded("pack.json", "The pack as data (RFC 8785)", "Source", body),),
        limits=LIMITS,
    )


def pack_html(pack: dict[str, Any], digest: str, moment: str) -> str:
    """The document; every text in it is escaped and its unseen marks are written out."""
    context = {"pack": pack, "digest": digest, "moment": moment}
    return render_to_string("reports/print/pack.html", context)


def pack_pdf(clock: NotificationClock) -> bytes:
    """The PDF of the pack of ``clock``. Raises ``reports.pdf.job.RenderError``.

    The same pack gives the same bytes, so a print is kept for some minutes.
    """
    return printed(pack_job(clock))


def printed(job: RenderJob) -> bytes:
    """The PDF of ``job``, made once in some minutes. Raises ``reports.pdf.job.RenderError``."""
    key = f"print:{sha256_hex(job.html.encode())}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = render(job).pdf
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def print_styles() -> Asset:
    """The styles of every printed report: a pack is a sibling of them."""
    source = Engine.get_default().get_template("reports/print/print.css").source
    return Asset("print.css", "text/css", source.encode())
