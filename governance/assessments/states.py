"""The life of an assessment."""

from accounts.permissions import Permission
from ledger.transitions import Transition

DRAFT = "draft"
SUBMITTED = "submitted"

ASSESSMENT = (
    Transition(DRAFT, "submit", SUBMITTED, Permission.ASSESSMENT_SUBMIT),
    Transition(SUBMITTED, "reopen", DRAFT, Permission.ASSESSMENT_SUBMIT, needs_reason=True),
)
