"""The first page: what needs me, the register, and what happened."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can_anywhere
from governance.comments.places import url_of
from governance.comments.queries import waiting_notices
from incidents.queries.corrective import mine_to_do, mine_to_verify
from workspace.queries import (
    assessments_to_finish,
    events_visible_to,
    first,
    incidents_to_handle,
    people_by_key,
    register,
    runs_to_look_at,
)

SHOWN = 6


@dataclass(frozen=True)
class Need:
    """One thing that waits for me: a sentence, a state and a door."""

    kind: str
    text: str
    url: str
    state: str
    detail: str = ""


def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins."""
    user: User = request.user  # type: ignore[assignment]
    context = {
        "needs": needs(user),
        "systems": register(user, 12),
        "events": last_events(user),
        "reads_ledger": can_anywhere(user, Permission.LEDGER_VIEW),
    }
    return render(request, "workspace/home.html", context)


def last_events(user: User) -> list[dict[str, Any]]:
    """The newest events that ``user`` may read, each with the name of who acted."""
    events = first(events_visible_to(user).order_by("-pk"), 8)
    people = people_by_key({event.actor for event in events})
    return [{"event": event, "who": people.get(event.actor, event.actor)} for event in events]


def needs(user: User) -> list[Need]:
    """What waits for ``user``: notices, incidents, assessments, undecided or failed runs."""
    found = [
        Need(str(one.get_notice_kind_display()), one.title, url_of(one.subject, one.part), "open")
        for one in first(waiting_notices(user), SHOWN)
    ]
    found += [
        Need(_("Incident"), incident.title, incident.get_absolute_url(), incident.state)
        for incident in first(incidents_to_handle(user), SHOWN)
    ]
    found += [
        Need(_("To verify"), one.title, one.get_absolute_url(), one.state)
        for one in first(mine_to_verify(user), SHOWN)
    ]
    found += [_action(one) for one in first(mine_to_do(user), SHOWN)]
    found += [_assessment(a) for a in assessments_to_finish(user, SHOWN)]
    found += [
        Need(_("Check run"), str(run.headline), run.get_absolute_url(), run.verdict)
        for run in first(runs_to_look_at(user), SHOWN)
    ]
    return found


def _action(one: Any) -> Need:
    detail = _("due %(day)s") % {"day": one.due_on}
    state = "late" if one.is_overdue else one.state
    return Need(_("Corrective action"), one.title, one.get_absolute_url(), state, detail)


def _assessment(assessment: Any) -> Need:
    left = assessment.total - assessment.done
    detail = ngettext("%(count)d answer left", "%(count)d answers left", left) % {"count": left}
    return Need(
        _("Assessment"),
        f"{assessment.title} · {assessment.about}",
        assessment.get_absolute_url(),
        assessment.state,
        detail,
    )
