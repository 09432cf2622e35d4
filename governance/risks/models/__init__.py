"""Risks, the matrix that rates them, what is done, who accepted them, and files of them."""

from governance.risks.models.matrix import (
    LEVELS,
    MOST_STEPS,
    RiskMatrix,
    standard_matrix,
)
from governance.risks.models.risks import RATINGS, Acceptance, Harm, Risk, Treatment
from governance.risks.models.sheets import RiskSheet

__all__ = [
    "LEVELS",
    "MOST_STEPS",
    "RATINGS",
    "Acceptance",
    "Harm",
    "Risk",
    "RiskMatrix",
    "RiskSheet",
    "Treatment",
    "standard_matrix",
]
