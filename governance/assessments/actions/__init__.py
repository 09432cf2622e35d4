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
from governance.assessments.actions.handover import hand_over, plan_handover
from governance.assessments.actions.many import Ask, apply_answers, plan_answers
from governance.assessments.actions.plans import keep_current_profile, plan_step
from governance.assessments.actions.review import (
    return_assessment,
    review_answer,
    sign_assessment,
)

__all__ = [
    "Ask",
    "Saved",
    "Source",
    "add_evidence",
    "apply_answers",
    "confirm_answer",
    "decide_evidence",
    "hand_over",
    "inherit_from",
    "keep_current_profile",
    "note_download",
    "offer_evidence",
    "open_assessment",
    "open_next_period",
    "plan_answers",
    "plan_handover",
    "plan_step",
    "reopen_assessment",
    "return_assessment",
    "review_answer",
    "save_answer",
    "sign_assessment",
    "submit_assessment",
    "take_back",
    "withdraw_evidence",
]
