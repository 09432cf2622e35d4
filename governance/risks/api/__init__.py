"""The risk register over the API: the same actions as the pages."""

from rest_framework.routers import BaseRouter

from governance.risks.api.matrices import RiskMatrixViewSet
from governance.risks.api.measures import MeasureViewSet
from governance.risks.api.risks import RiskViewSet
from governance.risks.api.sheets import RiskSheetViewSet


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("risks", RiskViewSet, basename="risk")
    router.register("risk-measures", MeasureViewSet, basename="risk-measure")
    router.register("risk-matrices", RiskMatrixViewSet, basename="risk-matrix")
    router.register("risk-tables", RiskSheetViewSet, basename="risk-table")
