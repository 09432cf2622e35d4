"""Assessments, answers and evidence over the API."""

from rest_framework.routers import BaseRouter

from governance.assessments.api.assessments import AssessmentViewSet
from governance.assessments.api.evidence import EvidenceViewSet, LinkViewSet
from governance.assessments.api.workbook import AnswerSheetViewSet


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("assessments", AssessmentViewSet, basename="assessment")
    router.register("evidence", EvidenceViewSet, basename="evidence")
    router.register("evidence-offers", LinkViewSet, basename="evidence-offer")
    router.register("answer-sheets", AnswerSheetViewSet, basename="answer-sheet")
