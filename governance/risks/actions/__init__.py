"""Every write about risks."""

from governance.risks.actions.matrix import set_matrix
from governance.risks.actions.risks import (
    accept_risk,
    add_treatment,
    close_risk,
    edit_risk,
    finish_treatment,
    register_risk,
)
from governance.risks.actions.sheets import (
    apply_sheet,
    discard_sheet,
    plan_sheet,
    upload_risks,
)

__all__ = [
    "accept_risk",
    "add_treatment",
    "apply_sheet",
    "close_risk",
    "discard_sheet",
    "edit_risk",
    "finish_treatment",
    "plan_sheet",
    "register_risk",
    "set_matrix",
    "upload_risks",
]
