"""Writing assessments, answers and evidence."""

from governance.assessments.actions.answers import Saved, confirm_answer, save_answer
from governance.assessments.actions.assessments import (
    inherit_from,
    open_assessment,
    open_next_period,
    reopen_assessment,
    submit_assessment,
)
from governance.assessments.actions.evidence import (
    Source,
    add_evidence,
    decide_evidence,
    note_download,
    offer_evidence,
    take_back,
    withdraw_evidence,
)
from governance.assessments.actions.review import (
    return_assessment,
    review_answer,
    sign_assessment,
)

__all__ = [
    "Saved",
    "Source",
    "add_evidence",
    "confirm_answer",
    "decide_evidence",
    "inherit_from",
    "note_download",
    "offer_evidence",
    "open_assessment",
    "open_next_period",
    "reopen_assessment",
    "return_assessment",
    "review_answer",
    "save_answer",
    "sign_assessment",
    "submit_assessment",
    "take_back",
    "withdraw_evidence",
]
