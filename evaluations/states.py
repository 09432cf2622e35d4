"""What may follow what, as plain data. The system takes these steps, no person does."""

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
