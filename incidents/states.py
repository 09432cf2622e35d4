"""The life of an incident, and how bad it is."""

from accounts.permissions import Permission
from ledger.transitions import Transition

SUSPECTED = "suspected"
TRIAGE = "triage"
DECLARED = "declared"
CONTAINED = "contained"
RECOVERING = "recovering"
RESOLVED = "resolved"
IN_REVIEW = "in_review"
CLOSED = "closed"
DISMISSED = "dismissed"
DUPLICATE = "duplicate"
REOPENED = "reopened"

# Work goes on: such an incident takes the failures of its fingerprint, and there is at most one.
ONGOING = (SUSPECTED, TRIAGE, DECLARED, CONTAINED, RECOVERING, REOPENED)
# Harm may go on: nothing is known to hold it back.
ACUTE = (SUSPECTED, TRIAGE, DECLARED, REOPENED)
# Nothing is left to do.
ENDED = (CLOSED, DISMISSED, DUPLICATE)

# Worst first: an earlier place is more severe.
SEVERITIES = ("sev1", "sev2", "sev3", "sev4")

_EDIT = Permission.INCIDENT_EDIT


def _each(
    sources: tuple[str, ...], verb: str, target: str, *, reason: bool = True
) -> list[Transition]:
    return [Transition(source, verb, target, _EDIT, needs_reason=reason) for source in sources]


# In the order in which the page offers the steps: the way onwards comes first.
INCIDENT = (
    Transition(SUSPECTED, "triage", TRIAGE, _EDIT),
    Transition(SUSPECTED, "declare", DECLARED, _EDIT),
    Transition(TRIAGE, "declare", DECLARED, _EDIT),
    *_each((DECLARED, REOPENED), "contain", CONTAINED, reason=False),
    *_each((CONTAINED, DECLARED, REOPENED), "recover", RECOVERING),
    *_each((RECOVERING,), "resolve", RESOLVED),
    *_each((CONTAINED, RECOVERING), "relapse", REOPENED),
    Transition(RESOLVED, "review", IN_REVIEW, _EDIT),
    *_each((IN_REVIEW, RESOLVED), "close", CLOSED),
    *_each((SUSPECTED, TRIAGE, DECLARED, REOPENED), "dismiss", DISMISSED),
    *_each((RESOLVED, IN_REVIEW, CLOSED, DISMISSED), "reopen", REOPENED),
)

# A postmortem is reviewed by somebody who took no part; what is published stays.
PM_DRAFT, PM_IN_REVIEW, PM_PUBLISHED, PM_WAIVED = "draft", "in_review", "published", "waived"
_REVIEW = Permission.INCIDENT_REVIEW
POSTMORTEM = (
    Transition(PM_DRAFT, "submit", PM_IN_REVIEW, _EDIT),
    Transition(PM_DRAFT, "waive", PM_WAIVED, _EDIT, needs_reason=True),
    Transition(PM_IN_REVIEW, "publish", PM_PUBLISHED, _REVIEW),
    Transition(PM_IN_REVIEW, "return", PM_DRAFT, _REVIEW, needs_reason=True),
    Transition(PM_IN_REVIEW, "take_back", PM_DRAFT, _EDIT),
    Transition(PM_PUBLISHED, "revise", PM_DRAFT, _EDIT, needs_reason=True),
    Transition(PM_WAIVED, "write", PM_DRAFT, _EDIT),
)
# A corrective action is never closed by the word of its owner alone: actions check who.
ACTION_OPEN, ACTION_READY, ACTION_CLOSED, ACTION_DROPPED = "open", "ready", "closed", "dropped"
ACTION_UNFINISHED = (ACTION_OPEN, ACTION_READY)
ACTION = (
    Transition(ACTION_OPEN, "finish", ACTION_READY, Permission.RECORD_VIEW),
    Transition(ACTION_READY, "verify", ACTION_CLOSED, Permission.RECORD_VIEW),
    Transition(ACTION_READY, "reject", ACTION_OPEN, Permission.RECORD_VIEW, needs_reason=True),
    Transition(ACTION_OPEN, "drop", ACTION_DROPPED, Permission.RECORD_VIEW, needs_reason=True),
    Transition(ACTION_READY, "drop", ACTION_DROPPED, Permission.RECORD_VIEW, needs_reason=True),
    Transition(ACTION_CLOSED, "reopen", ACTION_OPEN, Permission.RECORD_VIEW, needs_reason=True),
    Transition(ACTION_DROPPED, "reopen", ACTION_OPEN, Permission.RECORD_VIEW, needs_reason=True),
)
# Such incidents are not closed before their postmortem is published.
SEVERE = ("sev1", "sev2")
# The work is over, so that its postmortem can be reviewed.
REVIEWABLE = (RESOLVED, IN_REVIEW, CLOSED)

# Apart from the table, since each has a second incident to name or a state to go back to.
DUPLICABLE = ONGOING


def is_lower(new: str, old: str) -> bool:
    """Whether severity ``new`` is less grave than ``old``."""
    return SEVERITIES.index(new) > SEVERITIES.index(old)


def gravest(severities: list[str]) -> str:
    """The most severe of ``severities``, which must not be empty."""
    return min(severities, key=SEVERITIES.index)
