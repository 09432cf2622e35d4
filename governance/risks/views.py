"""Pages of risks: the register with its heat map, a risk, and each step."""

from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require, require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can_anywhere, colleagues, permissions_in, units_where
from governance.risks import queries
from governance.risks.actions import (
    accept_risk,
    add_treatment,
    close_risk,
    edit_risk,
    finish_treatment,
    register_risk,
)
from governance.risks.forms import AcceptForm, CloseForm, RiskForm, TreatmentForm
from governance.risks.models import IMPACTS, LIKELIHOODS, Harm, Risk, Treatment, band_of
from governance.risks.tables import RiskFilter, RiskTable
from governance.risks.words import EVENTS, picture_of
from ledger.errors import Refused
from models_registry.history import Entry, history
from models_registry.models import AISystem
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

GET_POST = ["GET", "HEAD", "POST"]


class RiskList(RecordList):
    """The register: what may go wrong in the units that one may see."""

    table_class = RiskTable
    filterset_class = RiskFilter
    template_name = "risks/risk_list.html"
    title = gettext_lazy("Risks")

    def queryset(self) -> QuerySet[Any]:
        """The worst first."""
        return queries.risks(self.request.user).order_by("-score", "pk")

    def context(self) -> dict[str, Any]:
        """The heat map of all open risks, as picture and as table."""
        cells = queries.heat(queries.risks(self.request.user))
        found: dict[str, Any] = {
            "picture": picture_of(cells),
            "impacts": IMPACTS,
            "lines": [
                (word, [cell for cell in cells if cell.likelihood == step])
                for step, word in reversed(LIKELIHOODS)
            ],
        }
        if can_anywhere(self.request.user, Permission.RISK_EDIT):
            url = reverse("risks:risk-register")
            found["primary"] = {"url": url, "label": _("Register a risk")}
        return found


@require_safe
def risk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One risk: ratings, measures, who accepted it until when, history."""
    return _page(request, _risk(request, pk))


@require_http_methods(GET_POST)
def risk_register(request: HttpRequest) -> HttpResponse:
    """A new risk; ``?system=`` chooses its system beforehand."""
    by = _person(request)
    require_anywhere(by, Permission.RISK_EDIT)
    offered = {**_offered(by), "unit": units_where(by, Permission.RISK_EDIT).order_by("path")}
    sent = request.POST if request.method == "POST" else None
    form = RiskForm(sent, initial={"system": request.GET.get("system")}, offered=offered)
    if sent is not None and form.is_valid():
        try:
            return SeeOther(register_risk(by=by, **form.cleaned_data))
        except Refused as refused:
            form.add_refusal(refused)
    return _form(request, form, _("Register a risk"), reverse("risks:risk-list"))


@require_http_methods(GET_POST)
def risk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a risk; the version that was seen goes along."""
    by, risk = _person(request), _risk(request, pk)
    require(by, Permission.RISK_EDIT, risk.unit_id)
    initial = {name: getattr(risk, name) for name in Risk.FIELDS}
    initial |= {"subcategories": ", ".join(risk.subcategories), "incident": risk.incident_seen}
    offered = _offered(by)
    sent = request.POST if request.method == "POST" else None
    form = RiskForm(sent, initial=initial, offered=offered)
    if sent is not None and form.is_valid():
        values = dict(form.cleaned_data)
        if risk.incident_id and not risk.incident_seen and not values["incident"]:
            del values["incident"]  # who cannot see it does not take it away
        seen = sent.get("version", "")
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        try:
            return SeeOther(edit_risk(by=by, risk=risk, version=version, **values))
        except Refused as refused:
            form.add_refusal(refused)
    back = risk.get_absolute_url()
    return _form(request, form, _("Edit the risk"), back, version=risk.version)


@require_http_methods(GET_POST)
def risk_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the risk as it is."""
    by, risk = _person(request), _risk(request, pk)
    require(by, Permission.RISK_ACCEPT, risk.unit_id)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            accept_risk(by=by, risk=risk, **form.cleaned_data)
            return SeeOther(risk)
        except Refused as refused:
            form.add_refusal(refused)
    return _form(request, form, _("Accept the risk as it is"), risk.get_absolute_url())


@require_POST
def treatment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A measure against the risk."""
    by, risk = _person(request), _risk(request, pk)
    require(by, Permission.RISK_EDIT, risk.unit_id)
    form = TreatmentForm(request.POST, people=colleagues(by))
    if form.is_valid():
        try:
            add_treatment(by=by, risk=risk, **form.cleaned_data)
            return SeeOther(risk)
        except Refused as refused:
            form.add_refusal(refused)
    return _page(request, risk, treatment=form)


@require_POST
def treatment_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The measure is done."""
    treatment = visible_or_404(Treatment.objects.select_related("risk"), request.user, pk=pk)
    try:
        finish_treatment(by=_person(request), treatment=treatment)
    except Refused as refused:
        messages.error(request, refused.message)
    return SeeOther(treatment.risk)


@require_POST
def risk_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop looking after the risk, with a reason."""
    by, risk = _person(request), _risk(request, pk)
    require(by, Permission.RISK_EDIT, risk.unit_id)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            return SeeOther(close_risk(by=by, risk=risk, reason=form.cleaned_data["reason"]))
        except Refused as refused:
            form.add_refusal(refused)
    return _page(request, risk, closing=form)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _risk(request: HttpRequest, pk: int) -> Any:
    return visible_or_404(queries.risks(request.user), request.user, pk=pk)


def _offered(by: User) -> dict[str, QuerySet[Any]]:
    return {
        "system": AISystem.objects.visible_to(by).order_by("name"),
        "incident": queries.incidents_for(by),
        "owner": colleagues(by).order_by("name", "pk"),
    }


def _form(request: HttpRequest, form: Any, heading: str, back: str, **context: Any) -> HttpResponse:
    context |= {"form": form, "heading": heading, "back_url": back}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "risks/risk_form.html", context, status=status)


def _page(
    request: HttpRequest,
    risk: Any,
    treatment: TreatmentForm | None = None,
    closing: CloseForm | None = None,
) -> HttpResponse:
    by = _person(request)
    held = permissions_in(by, risk.unit_id)
    is_open = risk.state == Risk.State.OPEN
    treatments = list(risk.treatments.select_related("owner"))
    acceptances = list(risk.acceptances.select_related("accepted_by"))
    context = {
        "risk": risk,
        "ratings": [
            (label, likelihood, impact, band_of(likelihood, impact))
            for label, likelihood, impact in (
                (_("Before measures"), risk.inherent_likelihood, risk.inherent_impact),
                (_("Now"), risk.residual_likelihood, risk.residual_impact),
                (_("Aimed at"), risk.target_likelihood, risk.target_impact),
            )
        ],
        "harms": [Harm(one).label for one in risk.harms if one in Harm.values],
        "incident": risk.incident if risk.incident_seen else None,
        "treatments": treatments,
        "acceptances": acceptances,
        "holding": queries.valid_acceptance(risk),
        "history": _history(risk, *treatments, *acceptances),
        "may_edit": is_open and Permission.RISK_EDIT in held,
        "may_accept": is_open
        and Permission.RISK_ACCEPT in held
        and by.pk not in {risk.owner_id, risk.registered_by_id},
        "treatment": treatment or TreatmentForm(people=colleagues(by).order_by("name")),
        "closing": closing or CloseForm(),
    }
    return render(
        request, "risks/risk_detail.html", context, status=422 if treatment or closing else 200
    )


def _history(risk: Any, *parts: Any) -> list[Entry]:
    """The events of a risk and its parts; nothing of an incident that the reader may not see."""
    secret = set() if risk.incident_seen else {str(Risk._meta.get_field("incident").verbose_name)}
    return [
        replace(
            entry,
            what=EVENTS.get(str(entry.what), entry.what),
            changes=[one for one in entry.changes if str(one.label).lower() not in secret],
        )
        for entry in history(risk, *parts)
    ]
