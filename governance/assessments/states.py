"""The life of an assessment."""

from accounts.permissions import Permission
from ledger.transitions import Transition

DRAFT = "draft"
SUBMITTED = "submitted"
SIGNED = "signed"

ASSESSMENT = (
    Transition(DRAFT, "submit", SUBMITTED, Permission.ASSESSMENT_SUBMIT),
    Transition(SUBMITTED, "reopen", DRAFT, Permission.ASSESSMENT_SUBMIT, needs_reason=True),
    Transition(SUBMITTED, "return", DRAFT, Permission.ASSESSMENT_REVIEW, needs_reason=True),
    Transition(SUBMITTED, "sign", SIGNED, Permission.ASSESSMENT_SIGN),
)
