"""The life of an incident, and how bad it is."""

from accounts.permissions import Permission
from ledger.transitions import Transition

OPEN = "open"
INVESTIGATING = "investigating"
MITIGATED = "mitigated"
RESOLVED = "resolved"
CLOSED = "closed"

# Worst first: an earlier place is more severe.
SEVERITIES = ("sev1", "sev2", "sev3", "sev4")

_EDIT = Permission.INCIDENT_EDIT

# In the order in which the page offers the steps: the way onwards comes first.
INCIDENT = (
    Transition(OPEN, "investigate", INVESTIGATING, _EDIT),
    Transition(OPEN, "mitigate", MITIGATED, _EDIT, needs_reason=True),
    Transition(OPEN, "resolve", RESOLVED, _EDIT, needs_reason=True),
    Transition(INVESTIGATING, "resolve", RESOLVED, _EDIT, needs_reason=True),
    Transition(INVESTIGATING, "mitigate", MITIGATED, _EDIT, needs_reason=True),
    Transition(MITIGATED, "resolve", RESOLVED, _EDIT, needs_reason=True),
    Transition(MITIGATED, "investigate", INVESTIGATING, _EDIT, needs_reason=True),
    Transition(RESOLVED, "close", CLOSED, _EDIT),
    Transition(RESOLVED, "reopen", OPEN, _EDIT, needs_reason=True),
    Transition(CLOSED, "reopen", OPEN, _EDIT, needs_reason=True),
)


def is_lower(new: str, old: str) -> bool:
    """Whether severity ``new`` is less grave than ``old``."""
    return SEVERITIES.index(new) > SEVERITIES.index(old)
