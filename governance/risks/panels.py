"""Corrective actions on the page of a risk."""

from typing import Any

from governance.risks.models import Risk
from incidents.panels import actions_panel
from incidents.queries.corrective import WORKING, actions_about, may_any
from web.panels import Panel, panel


@panel("risks.risk", order=40)
def actions_of_risk(user: Any, risk: Risk) -> Panel:
    """What is to be done because of it, beside its treatments."""
    may = may_any(user, WORKING, risk.unit_id)
    return actions_panel(actions_about(risk.key, user), risk, may_open=may)
