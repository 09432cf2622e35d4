"""The pages that hand out what is printed while the reader waits."""

import logging

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from incidents.models import Incident, NotificationClock
from incidents.queries import with_names
from ledger.errors import Refused
from reports.messages import sentence
from reports.packs import pack_pdf
from reports.pdf.job import RenderError
from reports.postmortems import postmortem_pdf
from web.views import attachment, visible_or_404

log = logging.getLogger(__name__)


@require_safe
def pack_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack of a duty to notify as a PDF, printed while the reader waits."""
    rows = NotificationClock.objects.select_related(
        "incident__unit", "incident__model_version__model", "incident__system"
    )
    clock: NotificationClock = visible_or_404(rows, request.user, pk=pk)
    try:
        body = pack_pdf(clock)
    except RenderError as error:
        log.error("The pack of clock %s is not printed: %s", clock.pk, error)
        said = _("The PDF was not made. %(why)s The pack as JSON holds the same.")
        why = {"why": sentence(error.code)}
        raise Refused(said % why, code="not-printed", status=503) from error
    name = f"{clock.incident.reference}-{clock.rule_id}.pdf"
    return attachment(body, media_type="application/pdf", name=name)


@require_safe
def postmortem_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The postmortem of an incident as a PDF: as frozen when it is, else a draft."""
    rows = with_names(Incident.objects.all())
    incident: Incident = visible_or_404(rows, request.user, pk=pk)
    try:
        body = postmortem_pdf(incident)
    except RenderError as error:
        log.error("The postmortem of incident %s is not printed: %s", incident.pk, error)
        said = _("The PDF was not made. %(why)s The Markdown says the same.")
        why = {"why": sentence(error.code)}
        raise Refused(said % why, code="not-printed", status=503) from error
    name = f"{incident.reference}-postmortem.pdf"
    return attachment(body, media_type="application/pdf", name=name)
