"""Pages about signals and the rules by which they open incidents."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from incidents.actions.rules import enable_rule, replay_terms, withdraw_rule
from incidents.forms.signals import RuleForm, WithdrawRuleForm
from incidents.models import SignalRule
from incidents.pictures import picture_of, table_of
from incidents.queries import rules, signals
from incidents.signal_tables import RuleFilter, RuleTable, SignalFilter, SignalTable
from incidents.signals.deciding import Kind, Terms
from incidents.views.tabs import list_tabs
from ledger.errors import Refused
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

GET_POST = ["GET", "HEAD", "POST"]


class SignalList(RecordList):
    """What monitors keep telling."""

    table_class = SignalTable
    filterset_class = SignalFilter
    template_name = "incidents/list.html"
    title = _("Signals")

    def queryset(self) -> QuerySet[Any]:
        """What the reader may see, the newest bad result on top."""
        return signals.signals_for_list(self.request.user)

    def context(self) -> dict[str, Any]:
        """The lists beside it."""
        return {"tabs": list_tabs("incidents:signal-list")}


@require_safe
def signal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One signal: what it is about, its incident, the windows behind it, the terms that hold."""
    signal = visible_or_404(signals.signals_for_list(request.user), request.user, pk=pk)
    rows = table_of(signal, signals.observations_of(signal))
    unit = signal.model.unit
    kind = Kind(signal.kind_of)
    context = {
        "signal": signal,
        "rows": rows,
        "svg": picture_of(signal, rows),
        "terms": rules.terms_for(rules.rules_above(unit), unit.path or "", signal.family, kind),
        "may_rule": can(request.user, Permission.INCIDENT_RULE, unit.pk),
    }
    return render(request, "incidents/signal_detail.html", context)


class RuleList(RecordList):
    """The terms that units set for themselves."""

    table_class = RuleTable
    filterset_class = RuleFilter
    template_name = "incidents/list.html"
    title = _("Rules for signals")

    def queryset(self) -> QuerySet[Any]:
        """Those of units that the reader may see."""
        return rules.rules_for_list(self.request.user)

    def context(self) -> dict[str, Any]:
        """The button for those who may set terms."""
        found: dict[str, Any] = {"tabs": list_tabs("incidents:rule-list")}
        if can_anywhere(self.request.user, Permission.INCIDENT_RULE):
            url = reverse("incidents:rule-add")
            found["primary"] = {"url": url, "label": _("Set terms")}
        return found


@require_http_methods(GET_POST)
def rule_add(request: HttpRequest) -> HttpResponse:
    """Terms for a unit: replayed, then enabled. ``?family=`` and ``?kind=`` choose."""
    if not can_anywhere(request.user, Permission.INCIDENT_RULE):
        raise PermissionDenied(_now("Your roles do not include the rules for signals."))
    shipped = Terms()
    initial = {
        "kind": request.GET.get("kind", Kind.FAILED.value)[:20],
        "family": request.GET.get("family", "")[:60],
        "k": shipped.k,
        "n": shipped.n,
        "close_after": shipped.close_after,
        "reopen_hours": shipped.reopen_hours,
    }
    return _rule(request, initial, None)


@require_http_methods(GET_POST)
def rule_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A rule; whoever may, changes its terms here."""
    rule: SignalRule = visible_or_404(rules.rules_for_list(request.user), request.user, pk=pk)
    if request.method == "POST":
        require(request.user, Permission.INCIDENT_RULE, rule.unit_id)
    if not can(request.user, Permission.INCIDENT_RULE, rule.unit_id):
        return render(request, "incidents/rule_detail.html", {"rule": rule})
    initial = {
        "unit": rule.unit_id,
        "family": rule.family,
        "kind": rule.kind_of,
        "k": rule.k,
        "n": rule.n,
        "close_after": rule.close_after,
        "reopen_hours": rule.reopen_hours,
        "version": rule.version,
    }
    return _rule(request, initial, rule)


@require_http_methods(GET_POST)
def rule_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Let what is shipped hold again."""
    rule: SignalRule = visible_or_404(rules.rules_for_list(request.user), request.user, pk=pk)
    require(request.user, Permission.INCIDENT_RULE, rule.unit_id)
    form = WithdrawRuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_rule(by=cast(User, request.user), rule=rule, **form.cleaned_data)
        except Refused as refused:
            if refused.status == 409:
                raise
            form.add_refusal(refused)
        else:
            return SeeOther("incidents:rule-list")
    status = 422 if form.errors else 200
    context = {"rule": rule, "form": form}
    return render(request, "incidents/rule_withdraw.html", context, status=status)


def _rule(request: HttpRequest, initial: dict[str, Any], rule: SignalRule | None) -> HttpResponse:
    """The form, its replay, or the enabled rule."""
    by = cast(User, request.user)
    sent = request.POST.copy() if request.method == "POST" else None
    form = RuleForm(sent, initial=initial, by=by, fixed=rule is not None)
    replayed = None
    if sent is not None and form.is_valid():
        values = form.cleaned_data
        about = {name: values[name] for name in ("unit", "family", "kind")}
        try:
            if "enable" in sent:
                more = {name: values[name] for name in ("would_open", "reason", "version")}
                enable_rule(by=by, terms=form.terms, **about, **more)
                return SeeOther("incidents:rule-list")
            replayed = replay_terms(by=by, terms=form.terms, **about)
        except Refused as refused:
            if refused.status == 409:
                raise
            form.add_refusal(refused)
            if refused.code == "replay-first":
                replayed = replay_terms(by=by, terms=form.terms, **about)
        if replayed is not None:
            sent["would_open"] = str(replayed.opened)
    status = 422 if form.errors else 200
    context = {"form": form, "rule": rule, "replayed": replayed}
    return render(request, "incidents/rule_edit.html", context, status=status)
