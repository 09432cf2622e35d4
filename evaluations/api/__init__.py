"""Evaluations over the API."""

from rest_framework.routers import BaseRouter

from evaluations.api.cards import CardNumberViewSet
from evaluations.api.catalogue import CheckViewSet
from evaluations.api.comparing import ComparisonViewSet
from evaluations.api.external import ExternalViewSet
from evaluations.api.monitors import MonitorViewSet
from evaluations.api.proposals import ProposalViewSet
from evaluations.api.runs import CheckRunViewSet


def register(router: BaseRouter) -> None:
    """Add the viewsets to the API."""
    router.register("check-runs", CheckRunViewSet, basename="check-run")
    router.register("check-comparisons", ComparisonViewSet, basename="check-comparison")
    router.register("checks", CheckViewSet, basename="check")
    router.register("external-results", ExternalViewSet, basename="external-result")
    router.register("monitors", MonitorViewSet, basename="monitor")
    router.register("proposals", ProposalViewSet, basename="proposal")
    router.register("cards", CardNumberViewSet, basename="card-number")
