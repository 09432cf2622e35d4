"""Pages: sign a report off, and see what holds of a PDF."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import require
from ledger.errors import Refused
from reports.actions import sign_off
from reports.forms import SignForm, VerifyForm
from reports.models import Report
from reports.queries import signing_of, with_names
from reports.verification import verify
from web.views import SeeOther, visible_or_404


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def report_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the password, then sign in the seat whose turn it is."""
    report: Report = visible_or_404(with_names(Report.objects.all()), request.user, pk=pk)
    turn = signing_of(report, request.user).turn
    if turn is None:
        return SeeOther(report)
    require(request.user, turn.permission, report.unit_id)
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not ratelimit.consume(
        request, action="reauthenticate", user=request.user
    ):
        form.add_error("password", _("Too many attempts. Wait a few minutes."))
    elif request.method == "POST" and form.is_valid() and _signed(request, report, form, turn.key):
        return SeeOther(report)
    status = 422 if request.method == "POST" else 200
    context = {"report": report, "turn": turn, "form": form}
    return render(request, "reports/report_sign.html", context, status=status)


def _signed(request: HttpRequest, report: Report, form: SignForm, seat: str) -> bool:
    password = form.cleaned_data["password"]
    try:
        sign_off(by=request.user, report=report, seat=seat, password=password)  # type: ignore[arg-type]
    except Refused as refused:
        form.add_refusal(refused)
        return False
    messages.success(request, _("The signature is being put into the file."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def report_verify(request: HttpRequest) -> HttpResponse:
    """Upload a PDF, read what holds of it. Open to everybody who is logged in."""
    sent = request.method == "POST"
    form = VerifyForm(request.POST, request.FILES) if sent else VerifyForm()
    verdict, name = None, ""
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        verdict, name = verify(file.read(), by=request.user), file.name
    status = 422 if sent and verdict is None else 200
    context = {"form": form, "verdict": verdict, "name": name}
    return render(request, "reports/report_verify.html", context, status=status)
