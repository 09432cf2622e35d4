"""Incidents over the API. Every write is the action that the pages use."""

from rest_framework.routers import BaseRouter

from incidents.api import corrective, exchange, postmortems, signals
from incidents.api.incidents import IncidentViewSet


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("incidents", IncidentViewSet, basename="incident")
    exchange.register(router)
    signals.register(router)
    postmortems.register(router)
    corrective.register(router)
