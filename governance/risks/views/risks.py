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
from accounts.models import Unit, User
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
from governance.risks.models import RATINGS, Harm, Risk, RiskMatrix, Treatment
from governance.risks.tables import RiskFilter, RiskTable
from governance.risks.words import EVENTS, picture_of
from ledger.actions import actor_key
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
        """The heat map of all open risks, as picture and as table; one for each matrix."""
        maps = queries.heat(queries.risks(self.request.user))
        found: dict[str, Any] = {"maps": [_shown(one) for one in maps], "here": "risks"}
        if can_anywhere(self.request.user, Permission.RISK_EDIT):
            url = reverse("risks:risk-register")
            found["primary"] = {"url": url, "label": _("Register a risk")}
        return found


def _shown(found: queries.HeatMap) -> dict[str, Any]:
    """A heat map as picture and as the lines of its table."""
    matrix = found.matrix
    return {
        "matrix": matrix if matrix.pk else None,
        "size": matrix.size,
        "picture": picture_of(found),
        "impacts": matrix.steps("impact"),
        "lines": [
            (word, [cell for cell in found.cells if cell.likelihood == step])
            for step, word in reversed(matrix.steps("likelihood"))
        ],
    }


@require_safe
def risk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One risk: ratings, measures, who accepted it until when, history."""
    return _page(request, _risk(request, pk))


@require_http_methods(GET_POST)
def risk_register(request: HttpRequest) -> HttpResponse:
    """A new risk; ``?system=`` chooses its system beforehand, ``?unit=`` its unit and matrix."""
    by = person_of(request)
    require_anywhere(by, Permission.RISK_EDIT)
    units = units_where(by, Permission.RISK_EDIT).order_by("path")
    sent = request.POST if request.method == "POST" else None
    unit = _unit_of(units, (sent or request.GET).get("unit", ""))
    matrix = queries.matrix_for(unit) if unit else None
    offered = {**_offered(by), "unit": units}
    initial = {"system": request.GET.get("system"), "unit": unit}
    form = RiskForm(sent, initial=initial, offered=offered, matrix=matrix)
    if sent is not None and form.is_valid():
        if sent.get("matrix", "") not in {"", str(_number_of(matrix))}:
            form.add_error("unit", _("This unit has another matrix. Rate by its steps."))
        else:
            try:
                return SeeOther(register_risk(by=by, **form.cleaned_data))
            except Refused as refused:
                form.add_refusal(refused)
    back = reverse("risks:risk-list")
    return form_page(
        request, form, _("Register a risk"), back, matrix=matrix, number=_number_of(matrix)
    )


def _unit_of(units: QuerySet[Unit], sent: str) -> Unit | None:
    """The unit that was named, else the first one."""
    known = units.filter(pk=int(sent)) if sent.isdecimal() and len(sent) < 18 else units
    return known.first()


def _number_of(matrix: RiskMatrix | None) -> int:
    return matrix.pk if matrix else 0


@require_http_methods(GET_POST)
def risk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a risk; the version that was seen goes along. ``?anew=`` rates by a newer matrix."""
    by, risk = person_of(request), _risk(request, pk)
    require(by, Permission.RISK_EDIT, risk.unit_id)
    now = queries.matrix_for(risk.unit)
    anew = now if now and now != risk.matrix and "anew" in request.GET else None
    sent = request.POST if request.method == "POST" else None
    form = RiskForm(
        sent, initial=_stored(risk, anew), offered=_offered(by), matrix=anew or risk.matrix
    )
    if sent is not None and form.is_valid():
        values = dict(form.cleaned_data)
        if risk.incident_id and not risk.incident_seen and not values["incident"]:
            del values["incident"]  # who cannot see it does not take it away
        seen = sent.get("version", "")
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        try:
            return SeeOther(edit_risk(by=by, risk=risk, version=version, matrix=anew, **values))
        except Refused as refused:
            form.add_refusal(refused)
    heading = _("Rate by the matrix of now") if anew else _("Edit the risk")
    return form_page(
        request,
        form,
        heading,
        risk.get_absolute_url(),
        version=risk.version,
        matrix=anew or risk.matrix,
        newer=now if now != risk.matrix and not anew else None,
    )


def _stored(risk: Any, anew: RiskMatrix | None) -> dict[str, Any]:
    """What the form begins with; ratings of another matrix say nothing in this one."""
    names = set(Risk.FIELDS) - (set(RATINGS) if anew else set())
    initial = {name: getattr(risk, name) for name in names}
    return initial | {
        "subcategories": ", ".join(risk.subcategories),
        "incident": risk.incident_seen,
    }


@require_http_methods(GET_POST)
def risk_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the risk as it is."""
    by, risk = person_of(request), _risk(request, pk)
    require(by, Permission.RISK_ACCEPT, risk.unit_id)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            accept_risk(by=by, risk=risk, **form.cleaned_data)
            return SeeOther(risk)
        except Refused as refused:
            form.add_refusal(refused)
    return form_page(request, form, _("Accept the risk as it is"), risk.get_absolute_url())


@require_POST
def treatment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A measure against the risk."""
    by, risk = person_of(request), _risk(request, pk)
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
        finish_treatment(by=person_of(request), treatment=treatment)
    except Refused as refused:
        messages.error(request, refused.message)
    return SeeOther(treatment.risk)


@require_POST
def risk_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop looking after the risk, with a reason."""
    by, risk = person_of(request), _risk(request, pk)
    require(by, Permission.RISK_EDIT, risk.unit_id)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            return SeeOther(close_risk(by=by, risk=risk, reason=form.cleaned_data["reason"]))
        except Refused as refused:
            form.add_refusal(refused)
    return _page(request, risk, closing=form)


def person_of(request: HttpRequest) -> User:
    """Who asks."""
    return cast(User, request.user)


def _risk(request: HttpRequest, pk: int) -> Any:
    return visible_or_404(queries.risks(request.user), request.user, pk=pk)


def _offered(by: User) -> dict[str, QuerySet[Any]]:
    return {
        "system": AISystem.objects.visible_to(by).order_by("name"),
        "incident": queries.incidents_for(by),
        "owner": colleagues(by).order_by("name", "pk"),
    }


def form_page(
    request: HttpRequest,
    form: Any,
    heading: str,
    back: str,
    template: str = "risks/risk_form.html",
    **context: Any,
) -> HttpResponse:
    """The page of a form, 422 when it was sent and refused."""
    context |= {"form": form, "heading": heading, "back_url": back}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)


def _page(
    request: HttpRequest,
    risk: Any,
    treatment: TreatmentForm | None = None,
    closing: CloseForm | None = None,
) -> HttpResponse:
    by = person_of(request)
    held = permissions_in(by, risk.unit_id)
    is_open = risk.state == Risk.State.OPEN
    treatments = list(risk.treatments.select_related("owner"))
    acceptances = list(risk.acceptances.select_related("accepted_by"))
    context = {
        "risk": risk,
        "ratings": _ratings(risk),
        "newer": _newer(risk) if is_open else None,
        "harms": [(one, Harm(one).label) for one in risk.harms if one in Harm.values],
        "incident": risk.incident if risk.incident_seen else None,
        "treatments": treatments,
        "acceptances": acceptances,
        "holding": queries.valid_acceptance(risk),
        "history": _history(risk, *treatments, *acceptances),
        "may_edit": is_open and Permission.RISK_EDIT in held,
        "may_accept": is_open
        and Permission.RISK_ACCEPT in held
        and by.pk not in {risk.owner_id, risk.registered_by_id}
        and actor_key(by) not in queries.raters(risk),
        "treatment": treatment or TreatmentForm(people=colleagues(by).order_by("name")),
        "closing": closing or CloseForm(),
    }
    return render(
        request, "risks/risk_detail.html", context, status=422 if treatment or closing else 200
    )


def _ratings(risk: Any) -> list[tuple[str, str, str, str]]:
    """Each rating in words: when, likelihood, impact, level."""
    scale = risk.scale
    words = {side: dict(scale.steps(side)) for side in ("likelihood", "impact")}

    def word(side: str, step: int | None) -> str:
        return "–" if step is None else f"{step} {words[side].get(step, '')}"

    return [
        (
            label,
            word("likelihood", getattr(risk, f"{stage}_likelihood")),
            word("impact", getattr(risk, f"{stage}_impact")),
            scale.level(getattr(risk, f"{stage}_likelihood"), getattr(risk, f"{stage}_impact")),
        )
        for label, stage in (
            (_("Before measures"), "inherent"),
            (_("Now"), "residual"),
            (_("Aimed at"), "target"),
        )
    ]


def _newer(risk: Any) -> RiskMatrix | None:
    """The matrix in force, when the risk was rated by another one."""
    now = queries.matrix_for(risk.unit)
    return now if now != risk.matrix else None


def history_of(*records: Any) -> list[Entry]:
    """The events of records in words."""
    return [
        replace(entry, what=EVENTS.get(str(entry.what), entry.what)) for entry in history(*records)
    ]


def _history(risk: Any, *parts: Any) -> list[Entry]:
    """The events of a risk and its parts; nothing of an incident that the reader may not see."""
    secret = set() if risk.incident_seen else {str(Risk._meta.get_field("incident").verbose_name)}
    return [
        replace(
            entry,
            changes=[one for one in entry.changes if str(one.label).lower() not in secret],
        )
        for entry in history_of(risk, *parts)
    ]
