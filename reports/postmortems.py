"""The postmortem of an incident as a PDF, with its canonical snapshot inside."""

from typing import Any

from django.template.loader import render_to_string

from incidents.clocks.pack import utc
from incidents.models import Incident
from incidents.postmortems.pictures import figures_of, line_of
from incidents.postmortems.words import QUESTIONS
from incidents.queries import postmortems as queries
from ledger.canonical import canonical, sha256_hex
from reports.packs import LIMITS, print_styles, printed
from reports.pdf.fonts import font_assets
from reports.pdf.job import Embedded, RenderJob


def postmortem_job(incident: Incident) -> RenderJob:
    """What the printing process needs: the frozen document, or the draft as it is now.

    The embedded JSON is the frozen snapshot byte for byte, so its SHA-256 is the published one.
    """
    held = queries.postmortem_of(incident)
    document = queries.shown_document(incident, held)
    body = canonical(document)
    moment = utc(max(incident.updated_at, held.updated_at if held else incident.updated_at))
    published = queries.published_of(held)
    newest = published[0] if published and published[0].digest == sha256_hex(body) else None
    context: dict[str, Any] = {
        "document": document,
        "digest": sha256_hex(body),
        "moment": moment,
        "frozen": queries.is_frozen(held),
        "published": newest,
        "line": line_of(document),
        "figures": figures_of(document),
        "answered": [
            (label, document["answers"][name])
            for name, (label, _help) in QUESTIONS.items()
            if document["answers"][name].strip()
        ],
    }
    return RenderJob(
        html=render_to_string("reports/print/postmortem.html", context),
        moment=moment,
        assets=(*font_assets(), print_styles()),
        embedded=(
            Embedded("postmortem.json", "The postmortem as data (RFC 8785)", "Source", body),
        ),
        limits=LIMITS,
    )


def postmortem_pdf(incident: Incident) -> bytes:
    """The PDF of the postmortem. Raises ``reports.pdf.job.RenderError``."""
    return printed(postmortem_job(incident))
