"""Risks of the system as they stand, the gravest first."""

from typing import Any

from governance.risks.queries import risks
from models_registry.models import AISystem
from reports.shape import RiskPart
from reports.snapshot.texts import words


def risk_parts(system: AISystem, by: Any) -> list[RiskPart]:
    """What `by` may see; one query at any size."""
    return [_risk(risk) for risk in risks(by).filter(system=system).order_by("-score", "pk")]


def _risk(risk: Any) -> RiskPart:
    return {
        "key": risk.key,
        "number": risk.reference,
        "title": risk.title,
        "owner": words(risk.owner),
        "before": _rating(risk.inherent_likelihood, risk.inherent_impact),
        "now": _rating(risk.residual_likelihood, risk.residual_impact),
        "standing": words(risk.standing),
        "strategy": words(risk.get_strategy_display()),
        "measures": risk.measures,
        "measures_left": risk.measures_left,
    }


def _rating(likelihood: int | None, impact: int | None) -> str:
    if likelihood is None or impact is None:
        return ""
    return f"{likelihood} × {impact} = {likelihood * impact}"
