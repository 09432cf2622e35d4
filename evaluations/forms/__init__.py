"""Forms of the evaluation pages."""

from evaluations.forms.external import ImportForm, LimitsForm
from evaluations.forms.monitors import DECISIONS, DecisionForm, MonitorEditForm, MonitorForm
from evaluations.forms.runs import (
    DEFAULT_CHECKS,
    FAMILIES,
    CheckFilterForm,
    ChecksForm,
    CompareForm,
    InputsForm,
)

__all__ = [
    "DECISIONS",
    "DEFAULT_CHECKS",
    "FAMILIES",
    "CheckFilterForm",
    "ChecksForm",
    "CompareForm",
    "DecisionForm",
    "ImportForm",
    "InputsForm",
    "LimitsForm",
    "MonitorEditForm",
    "MonitorForm",
]
