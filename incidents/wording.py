"""The words in which the pages ask for a step, each with its consequence."""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger.transitions import Transition


class Question(NamedTuple):
    """Button and title, what follows from it, and what the reason should say."""

    label: str | Promise
    text: str | Promise
    ask: str | Promise = ""
    icon: str = ""


QUESTIONS: dict[str, Question] = {
    "investigate": Question(
        _("Investigate"),
        _("Says that somebody is at work on it. You take command if nobody has it."),
        _("Why now? (may stay empty at the start)"),
        "search",
    ),
    "mitigate": Question(
        _("Mark mitigated"),
        _("Says that people are no longer affected, although the cause is not removed yet."),
        _("What stops the harm?"),
        "shield",
    ),
    "resolve": Question(
        _("Resolve"),
        _("Says that the cause is removed. If the same check fails again, it opens again."),
        _("What removed the cause, and how do you know?"),
        "check-check",
    ),
    "close": Question(
        _("Close"),
        _("Ends the work. A later failure of the same check opens a new incident."),
        _("Anything left to say?"),
        "lock",
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
