"""What may follow what, as plain data. Steps of runs are the system's."""

from accounts.permissions import Permission as P
from ledger.transitions import Transition

QUEUED, RUNNING, DONE, ERROR = "queued", "running", "done", "error"
OPEN = (QUEUED, RUNNING)

RUN: tuple[Transition, ...] = (
    Transition(QUEUED, "begin", RUNNING, P.CHECK_RUN),
    # A killed worker's job is given to another one, which begins again.
    Transition(RUNNING, "begin", RUNNING, P.CHECK_RUN),
    Transition(RUNNING, "conclude", DONE, P.CHECK_RUN),
    Transition(RUNNING, "break", ERROR, P.CHECK_RUN),
    Transition(QUEUED, "break", ERROR, P.CHECK_RUN),
)

ACTIVE, PAUSED = "active", "paused"

MONITOR: tuple[Transition, ...] = (
    Transition(ACTIVE, "pause", PAUSED, P.CHECK_RUN, needs_reason=True),
    Transition(PAUSED, "resume", ACTIVE, P.CHECK_RUN),
)

OPEN_NOW, BLOCKED, ACCEPTED = "open", "blocked", "accepted"
DISMISSED, FINISHED, LAPSED = "dismissed", "done", "lapsed"
UNDECIDED = (OPEN_NOW, BLOCKED)
STANDING = (OPEN_NOW, BLOCKED, ACCEPTED)

# Work is taken on by those who may run checks; a trigger is waved away only by those who could
# take the version out of service.
PROPOSAL: tuple[Transition, ...] = (
    Transition(OPEN_NOW, "accept", ACCEPTED, P.CHECK_RUN, needs_reason=True),
    Transition(OPEN_NOW, "dismiss", DISMISSED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(BLOCKED, "dismiss", DISMISSED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(ACCEPTED, "dismiss", DISMISSED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(ACCEPTED, "finish", FINISHED, P.CHECK_RUN, needs_reason=True),
    # These follow from later windows.
    Transition(OPEN_NOW, "block", BLOCKED, P.CHECK_RUN),
    Transition(BLOCKED, "unblock", OPEN_NOW, P.CHECK_RUN),
    Transition(BLOCKED, "lapse", LAPSED, P.CHECK_RUN),
)
BY_PEOPLE = ("accept", "dismiss", "finish")
