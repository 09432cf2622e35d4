"""Assessments, answers, evidence, reviews and signatures."""

from governance.assessments.models.assessments import (
    LEVEL_MEANING,
    Answer,
    Assessment,
    Level,
    Progress,
)
from governance.assessments.models.evidence import Evidence, EvidenceLink
from governance.assessments.models.plans import PlanStep
from governance.assessments.models.review import AnswerSheet, Review, SignOff

__all__ = [
    "LEVEL_MEANING",
    "Answer",
    "AnswerSheet",
    "Assessment",
    "Evidence",
    "EvidenceLink",
    "Level",
    "PlanStep",
    "Progress",
    "Review",
    "SignOff",
]
