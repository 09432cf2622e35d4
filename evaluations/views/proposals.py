"""Pages of proposals: the list, and one with what is decided about it."""

from dataclasses import replace
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import permissions_in
from evaluations import monitoring, states
from evaluations.actions import decide_proposal
from evaluations.forms import DECISIONS, DecisionForm
from evaluations.models import Proposal
from evaluations.tables import ProposalFilter, ProposalTable
from ledger.errors import Refused
from ledger.transitions import verbs
from models_registry.history import history
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

EVENTS: dict[str, str | Promise] = {
    "evaluations.proposal.opened": _("Opened"),
    "evaluations.proposal.repeated": _("Seen in another window"),
    "evaluations.proposal.lapsed": _("Lapsed: with good data the trigger is gone"),
    "evaluations.proposal.accepted": _("Accepted"),
    "evaluations.proposal.dismissed": _("Dismissed"),
    "evaluations.proposal.finished": _("Done"),
}


class ProposalList(RecordList):
    """Every proposal that the person may see."""

    table_class = ProposalTable
    filterset_class = ProposalFilter
    title = _("Proposals")
    template_name = "evaluations/monitor_list.html"

    def queryset(self) -> QuerySet[Any]:
        return monitoring.proposals_for_list(cast(User, self.request.user))


@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What fired, the runs that show it, and the decision."""
    return _page(request, _proposal(request, pk))


@require_POST
def proposal_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept, dismiss or finish."""
    proposal = _proposal(request, pk)
    if verb not in DECISIONS:
        raise Http404
    user = cast(User, request.user)
    form = DecisionForm(request.POST, verb=verb, user=user, proposal=proposal)
    if form.is_valid():
        try:
            return SeeOther(
                decide_proposal(by=user, proposal=proposal, verb=verb, **form.cleaned_data)
            )
        except Refused as refused:
            form.add_refusal(refused)
    return _page(request, proposal.reloaded(), form)


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    user = cast(User, request.user)
    found: Proposal = visible_or_404(monitoring.proposals_for_list(user), user, pk=pk)
    return found


def _page(
    request: HttpRequest, proposal: Proposal, sent: DecisionForm | None = None
) -> HttpResponse:
    user = cast(User, request.user)
    held = permissions_in(user, proposal.monitor.model_version.model.unit_id)
    possible = [
        found.verb
        for found in verbs(states.PROPOSAL, proposal.state)
        if found.verb in DECISIONS and Permission(found.permission) in held
    ]
    if user.pk == proposal.monitor.created_by_id:
        possible = [verb for verb in possible if verb != "dismiss"]
    forms = [
        sent
        if sent and sent.verb == verb
        else DecisionForm(verb=verb, user=user, proposal=proposal)
        for verb in possible
    ]
    context = {
        "proposal": proposal,
        "runs": monitoring.runs_of_proposal(proposal),
        "forms": forms,
        "history": [
            replace(entry, what=EVENTS.get(str(entry.what), entry.what))
            for entry in history(proposal)
        ],
    }
    status = 422 if sent else 200
    return render(request, "evaluations/proposal_detail.html", context, status=status)
