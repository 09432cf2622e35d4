"""What may follow what, as plain data."""

from accounts.permissions import Permission as P
from ledger.transitions import Transition

PROPOSED, IN_USE, RETIRED = "proposed", "in_use", "retired"

SYSTEM: tuple[Transition, ...] = (
    Transition(PROPOSED, "put_into_use", IN_USE, P.SYSTEM_EDIT),
    Transition(PROPOSED, "retire", RETIRED, P.SYSTEM_EDIT, needs_reason=True),
    Transition(IN_USE, "retire", RETIRED, P.SYSTEM_EDIT, needs_reason=True),
    Transition(RETIRED, "propose_again", PROPOSED, P.SYSTEM_EDIT, needs_reason=True),
)

DRAFT, SUBMITTED, WITHDRAWN = "draft", "submitted", "withdrawn"

# A submitted version never becomes a draft again: a change means a new version.
VERSION: tuple[Transition, ...] = (
    Transition(DRAFT, "submit", SUBMITTED, P.VERSION_REGISTER),
    Transition(DRAFT, "withdraw", WITHDRAWN, P.VERSION_REGISTER, needs_reason=True),
    Transition(SUBMITTED, "withdraw", WITHDRAWN, P.VERSION_REGISTER, needs_reason=True),
)
