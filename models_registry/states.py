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
IN_VALIDATION, APPROVED, REJECTED = "in_validation", "approved", "rejected"
RESTRICTED, SUSPENDED, SUPERSEDED = "restricted", "suspended", "superseded"

# A submitted version never becomes a draft again: a change means a new version.
VERSION: tuple[Transition, ...] = (
    Transition(DRAFT, "submit", SUBMITTED, P.VERSION_REGISTER),
    Transition(DRAFT, "withdraw", WITHDRAWN, P.VERSION_REGISTER, needs_reason=True),
    Transition(SUBMITTED, "withdraw", WITHDRAWN, P.VERSION_REGISTER, needs_reason=True),
    Transition(SUBMITTED, "start_validation", IN_VALIDATION, P.VERSION_DECIDE),
    Transition(IN_VALIDATION, "approve", APPROVED, P.VERSION_DECIDE, needs_reason=True),
    Transition(IN_VALIDATION, "restrict", RESTRICTED, P.VERSION_DECIDE, needs_reason=True),
    Transition(IN_VALIDATION, "reject", REJECTED, P.VERSION_DECIDE, needs_reason=True),
    Transition(APPROVED, "restrict", RESTRICTED, P.VERSION_DECIDE, needs_reason=True),
    Transition(RESTRICTED, "approve", APPROVED, P.VERSION_DECIDE, needs_reason=True),
    Transition(APPROVED, "suspend", SUSPENDED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(RESTRICTED, "suspend", SUSPENDED, P.VERSION_SUSPEND, needs_reason=True),
    # What was suspended is looked at again before it serves again.
    Transition(SUSPENDED, "start_validation", IN_VALIDATION, P.VERSION_DECIDE),
    Transition(APPROVED, "supersede", SUPERSEDED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(RESTRICTED, "supersede", SUPERSEDED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(APPROVED, "retire", RETIRED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(RESTRICTED, "retire", RETIRED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(SUSPENDED, "retire", RETIRED, P.VERSION_SUSPEND, needs_reason=True),
    Transition(SUPERSEDED, "retire", RETIRED, P.VERSION_SUSPEND, needs_reason=True),
)
# In these states a version may serve.
SERVABLE = frozenset({APPROVED, RESTRICTED})

IN_REVIEW, REVIEWED, PUBLISHED = "in_review", "reviewed", "published"

CARD: tuple[Transition, ...] = (
    Transition(DRAFT, "ask_review", IN_REVIEW, P.VERSION_REGISTER),
    # A reviewer need not wait to be asked.
    Transition(DRAFT, "review", REVIEWED, P.CARD_REVIEW),
    Transition(IN_REVIEW, "review", REVIEWED, P.CARD_REVIEW),
    Transition(IN_REVIEW, "send_back", DRAFT, P.CARD_REVIEW, needs_reason=True),
    Transition(REVIEWED, "publish", PUBLISHED, P.CARD_REVIEW),
    Transition(REVIEWED, "send_back", DRAFT, P.CARD_REVIEW, needs_reason=True),
    Transition(PUBLISHED, "unpublish", REVIEWED, P.CARD_REVIEW, needs_reason=True),
)

READING, PLANNED, APPLIED, DISCARDED = "reading", "planned", "applied", "discarded"

# Both kinds of record that an import writes are asked for again, line by line, when it is applied.
IMPORT: tuple[Transition, ...] = (
    Transition(READING, "plan", PLANNED, P.SYSTEM_EDIT),
    Transition(READING, "discard", DISCARDED, P.SYSTEM_EDIT),
    Transition(PLANNED, "apply", APPLIED, P.SYSTEM_EDIT),
    Transition(PLANNED, "discard", DISCARDED, P.SYSTEM_EDIT),
)
