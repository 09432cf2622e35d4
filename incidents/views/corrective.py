"""Pages of corrective actions."""

from typing import Any, NamedTuple, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Unit, User
from incidents import states
from incidents.actions import corrective as actions
from incidents.corrective_tables import ActionFilter, ActionTable
from incidents.forms.corrective import ActionForm, ChangeForm, NoteForm
from incidents.models import ActionNotice, CorrectiveAction, Incident
from incidents.queries import corrective as queries
from incidents.views.tabs import list_tabs
from incidents.wording import Question
from ledger.errors import Refused
from ledger.models import Record
from ledger.transitions import verbs
from web.forms import RecordForm
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

GET_POST = ["GET", "HEAD", "POST"]


class Step(NamedTuple):
    """A step: its question, its action, and whether words are needed."""

    question: Question
    act: Any
    needed: bool = True


STEPS: dict[str, Step] = {
    "finish": Step(
        Question(_("Say it is done"), _("A check or a second person still has to verify it.")),
        actions.finish_action,
        needed=False,
    ),
    "verify": Step(
        Question(_("Verify"), _("You saw yourself that it works. The action is closed.")),
        actions.verify_action,
    ),
    "reject": Step(
        Question(_("Not done yet"), _("The owner goes on with your reason.")),
        actions.reject_action,
    ),
    "drop": Step(
        Question(_("Drop"), _("It is not done; your reason stays on record.")),
        actions.drop_action,
    ),
    "reopen": Step(
        Question(_("Open again"), _("It does not hold; the owner goes on.")),
        actions.reopen_action,
    ),
}


class ActionList(RecordList):
    """All corrective actions, narrowed and exported."""

    table_class = ActionTable
    filterset_class = ActionFilter
    title = _("Corrective actions")
    template_name = "incidents/action_list.html"

    def queryset(self) -> QuerySet[Any]:
        """What the reader may see, due first."""
        return queries.corrective_actions(self.request.user)

    def context(self) -> dict[str, Any]:
        """The lists beside it, and reminders for the reader."""
        return {
            "tabs": list_tabs("incidents:action-list"),
            "notices": queries.notices_for(cast(User, self.request.user)),
        }


@require_http_methods(GET_POST)
def action_open(request: HttpRequest, about: str) -> HttpResponse:
    """Open an action about the record of that ledger key."""
    by = cast(User, request.user)
    record = queries.record_named(about, by)
    unit_id = _unit_of(record)
    if record is None or unit_id is None:
        raise Http404
    if not queries.may_any(by, queries.WORKING, unit_id):
        raise PermissionDenied(_("Your roles do not include this in that unit."))
    checkable = isinstance(record, Incident) and record.model_version_id is not None
    unit = Unit.objects.get(pk=unit_id)
    form = ActionForm(request.POST or None, unit=unit, checkable=checkable)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_action(by=by, about=record, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(made)
    context = {"about": record, "form": form}
    status = 422 if form.errors else 200
    return render(request, "incidents/action_open.html", context, status=status)


@require_safe
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One action: what, who, until when, what shows that it works."""
    one, by = _action(request, pk), cast(User, request.user)
    context = {
        "one": one,
        "steps": [(verb, STEPS[verb].question) for verb in _possible(by, one)],
        "may_change": _may_change(by, one),
        "subject": queries.record_named(one.subject, by) if one.subject else None,
        "run": one.closing_run or queries.proving_run(one),
    }
    return render(request, "incidents/action_detail.html", context)


@require_http_methods(GET_POST)
def action_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another owner, day or priority."""
    one, by = _action(request, pk), cast(User, request.user)
    if not queries.may_any(by, queries.WORKING, one.unit_id):
        raise PermissionDenied(_("Your roles do not include this in that unit."))
    initial = {
        "seen": one.version,
        "owner": one.owner_id,
        "due_on": one.due_on,
        "priority": one.priority,
    }
    form = ChangeForm(request.POST or None, unit=one.unit, initial=initial)
    question = Question(_("Change"), _("The change and your reason stay on record."))
    return _asked(request, one, form, question, actions.change_action)


@require_http_methods(GET_POST)
def action_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a step."""
    if verb not in STEPS:
        raise Http404
    one, by, asked = _action(request, pk), cast(User, request.user), STEPS[verb]
    if request.method != "POST" and verb not in _possible(by, one):
        raise PermissionDenied(_("Somebody else has to do this, or it is not possible now."))
    sent = request.POST if request.method == "POST" else None
    form = NoteForm(sent, needed=asked.needed)
    return _asked(request, one, form, asked.question, asked.act)


@require_POST
def action_notice_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a reminder away."""
    rows = ActionNotice.objects.select_related("corrective__incident__unit", "corrective__unit")
    notice: ActionNotice = visible_or_404(rows, request.user, pk=pk)
    actions.put_notice_away(by=cast(User, request.user), notice=notice)
    return SeeOther("incidents:action-list")


def _asked(
    request: HttpRequest,
    one: CorrectiveAction,
    form: RecordForm,
    question: Question,
    act: Any,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act(by=request.user, corrective=one, **form.cleaned_data)
        except Refused as refused:
            if refused.status == 409:
                raise
            form.add_refusal(refused)
        else:
            return SeeOther(one)
    context = {"one": one, "form": form, "question": question}
    status = 422 if form.errors else 200
    return render(request, "incidents/action_ask.html", context, status=status)


def _possible(by: User, one: CorrectiveAction) -> list[str]:
    """The steps that the table has now and ``by`` may take."""
    works = queries.may_any(by, queries.WORKING, one.unit_id)
    verifies = queries.may_any(by, queries.VERIFYING, one.unit_id)
    allowed = {
        "finish": by.pk == one.owner_id or works,
        "verify": queries.may_verify(by, one),
        "reject": queries.may_verify(by, one),
        "drop": by.pk != one.owner_id and verifies,
        "reopen": verifies,
    }
    return [step.verb for step in verbs(states.ACTION, one.state) if allowed[step.verb]]


def _may_change(by: User, one: CorrectiveAction) -> bool:
    return one.state in states.ACTION_UNFINISHED and queries.may_any(
        by, queries.WORKING, one.unit_id
    )


def _unit_of(record: Record | None) -> int | None:
    if isinstance(record, Incident):
        unit: int = record.unit_id
        return unit
    return None if record is None else record.unit_of()


def _action(request: HttpRequest, pk: int) -> CorrectiveAction:
    rows = queries.corrective_actions(request.user)
    found: CorrectiveAction = visible_or_404(rows, request.user, pk=pk)
    return found
