"""The words in which the pages ask for a step, each with its consequence."""

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from ledger.transitions import Transition


class Question(NamedTuple):
    """Button and title, what follows from it, and what the reason should say."""

    label: str | Promise
    text: str | Promise
    ask: str | Promise = ""
    icon: str = ""


QUESTIONS: dict[str, Question] = {
    "triage": Question(
        _("Begin triage"),
        _("Says that somebody looks whether it is real. You take command if nobody has it."),
        _("What do you look at first? (may stay empty)"),
        "list-filter",
    ),
    "declare": Question(
        _("Confirm"),
        _("Says that it is an incident. What holds the harm back comes next."),
        _("What shows that it is real? (may stay empty)"),
        "siren",
    ),
    "contain": Question(
        _("Mark contained"),
        _("Says that people are no longer affected, although the cause is not removed yet."),
        _("What stops the harm? (may stay empty when it is on record)"),
        "shield",
    ),
    "recover": Question(
        _("Mark repaired"),
        _("Says that the cause is removed. Checks that run from now on show whether it holds."),
        _("What removed the cause?"),
        "wrench",
    ),
    "resolve": Question(
        _("Resolve"),
        _("Says that the recovery is shown. If the same check fails soon, it opens again."),
        _("How do you know that it is over?"),
        "check-check",
    ),
    "relapse": Question(
        _("Harm is back"),
        _("Says that what was done does not hold. It is open again."),
        _("What shows that it is back?"),
        "triangle-alert",
    ),
    "review": Question(
        _("Send to review"),
        _("Says that the work is done and the lessons are to be drawn."),
        _("Anything that the reviewer should know? (may stay empty)"),
        "eye",
    ),
    "close": Question(
        _("Close"),
        _("Ends the work. A later failure of the same check opens a new incident."),
        _("What is the outcome? Without a review say why none is needed."),
        "lock",
    ),
    "dismiss": Question(
        _("Dismiss"),
        _("Says that this is no incident. It stays on record with your reason."),
        _("Why is it none?"),
        "ban",
    ),
    "reopen": Question(
        _("Reopen"),
        _("Says that it is not over. Everybody who relied on the end should look again."),
        _("What shows that it is not over?"),
        "rotate-ccw",
    ),
}


def severity_question() -> Question:
    """For the page that changes the severity."""
    return Question(
        _("Change severity"),
        _("Both severities and your reason stay in the timeline."),
    )


def commander_question() -> Question:
    """For the page that names the commander."""
    return Question(
        _("Name commander"),
        _("The commander leads the response until somebody else is named."),
    )


def offered(steps: list[Transition]) -> list[dict[str, Any]]:
    """The steps that are possible now, as buttons."""
    return [{"verb": step.verb, "question": QUESTIONS[step.verb]} for step in steps]


def tabs(incident: Incident, current: str) -> list[dict[str, Any]]:
    """The pages of an incident, for ``parts/tabs.html``."""
    pages = (
        ("timeline", _("Timeline"), "incidents:incident-detail"),
        ("response", _("Response"), "incidents:incident-response"),
        ("postmortem", _("Postmortem"), "incidents:postmortem-detail"),
    )
    return [
        {
            "label": label,
            "url": reverse(name, args=[incident.pk]),
            "current": key == current,
            "count": None,
        }
        for key, label, name in pages
    ]
