"""One page for everything that is asked about an incident: a question, a form, one action."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Permission
from incidents import actions
from incidents.actions import keeping, playbooks, rolling_back
from incidents.actions.common import require_on
from incidents.forms import playbooks as playbook_forms
from incidents.forms import response as forms
from incidents.models import Incident
from incidents.queries import with_names
from incidents.wording import Question
from ledger.errors import Refused
from web.views import SeeOther, visible_or_404

GET_POST = ["GET", "HEAD", "POST"]


class Ask(NamedTuple):
    """What is asked, the form of the answer, and the action that takes it."""

    question: Question
    form: type[forms.ResponseForm]
    act: Callable[..., Any]
    back: str = ""


def attach_upload(*, upload: Any, **answers: Any) -> Any:
    """Give an uploaded file to its action under the name that it came with."""
    return keeping.attach_file(
        upload=upload,
        name=upload.name or "",
        media_type=upload.content_type or "application/octet-stream",
        **answers,
    )


ASKS: dict[str, Ask] = {
    "scribe": Ask(
        Question(_("Name scribe"), _("The scribe keeps the timeline.")),
        forms.ScribeForm,
        actions.name_scribe,
    ),
    "liaison": Ask(
        Question(_("Name liaison"), _("The liaison speaks with those outside.")),
        forms.LiaisonForm,
        actions.name_liaison,
    ),
    "access": Ask(
        Question(
            _("Who may see it"),
            _("A private incident is seen only by the people and roles named here."),
        ),
        forms.AccessForm,
        actions.set_access,
    ),
    "duplicate": Ask(
        Question(
            _("Mark as duplicate"),
            _("Its page leads to the other incident from now on. This can be taken back."),
        ),
        forms.DuplicateForm,
        actions.mark_duplicate,
    ),
    "split": Ask(
        Question(_("No duplicate after all"), _("It goes on where it stood before.")),
        forms.ReasonForm,
        actions.undo_duplicate,
        back="?stay=1",
    ),
    "containment": Ask(
        Question(
            _("Record containment"),
            _("Say what holds the harm back; removing the cause comes later."),
        ),
        forms.ContainForm,
        actions.contain,
        back="response/",
    ),
    "recovery-checks": Ask(
        Question(
            _("Name recovery checks"),
            _("The incident is resolved when these pass on the running versions."),
        ),
        forms.RecoveryForm,
        actions.name_recovery_checks,
        back="response/",
    ),
    "playbook": Ask(
        Question(
            _("Follow a playbook"),
            _("Its steps become a checklist; every tick stands in the timeline."),
        ),
        playbook_forms.ChooseForm,
        playbooks.choose_playbook,
        back="response/",
    ),
    "harm": Ask(
        Question(
            _("Record harm"),
            _("Whom it harmed, how, how many and how sure that is. Leave names of people out."),
        ),
        playbook_forms.HarmForm,
        playbooks.record_harm,
        back="response/#harm",
    ),
    "harm-withdraw": Ask(
        Question(_("Withdraw harm"), _("It stays readable, with your reason.")),
        playbook_forms.WithdrawForm,
        playbooks.withdraw_harm,
        back="response/#harm",
    ),
    "exposure": Ask(
        Question(
            _("Record decisions served"),
            _("How many decisions the bad version served. A later record replaces this one."),
        ),
        playbook_forms.ExposureForm,
        playbooks.record_exposure,
        back="response/#harm",
    ),
    "evidence": Ask(
        Question(
            _("Keep a file as evidence"),
            _("Its bytes are kept under their digest; everybody who takes a copy is noted."),
        ),
        playbook_forms.EvidenceForm,
        attach_upload,
    ),
    "rollback": Ask(
        Question(
            _("Roll back"),
            _("Ends the deployment now and starts the target in its place, in the registry."),
        ),
        playbook_forms.RollbackForm,
        rolling_back.roll_back_incident,
        back="response/",
    ),
}


@require_http_methods(GET_POST)
def incident_ask(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Ask one thing about an incident and give the answer to its action."""
    if what not in ASKS:
        raise Http404
    ask, by = ASKS[what], cast(User, request.user)
    incident: Incident = visible_or_404(with_names(Incident.objects.all()), by, pk=pk)
    require_on(by, Permission.INCIDENT_EDIT, incident)
    form = ask.form(request.POST or None, request.FILES or None, incident=incident, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            ask.act(by=by, incident=incident, **form.cleaned_data)
        except Refused as refused:
            if refused.status == 409:
                raise
            form.add_refusal(refused)
        else:
            return SeeOther(incident.get_absolute_url() + ask.back)
    context = {"incident": incident, "form": form, "question": ask.question, "back": ask.back}
    status = 422 if form.errors else 200
    return render(request, "incidents/incident_ask.html", context, status=status)
