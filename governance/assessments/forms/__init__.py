"""Forms of assessments, answers and evidence."""

from governance.assessments.forms.answers import LEVELS, AnswerForm
from governance.assessments.forms.assessments import (
    InheritForm,
    OpenForm,
    ReasonForm,
    RenewForm,
    ReviewForm,
    SignForm,
)
from governance.assessments.forms.evidence import DecideForm, EvidenceForm, OfferForm
from governance.assessments.forms.plans import StepForm

__all__ = [
    "LEVELS",
    "AnswerForm",
    "DecideForm",
    "EvidenceForm",
    "InheritForm",
    "OfferForm",
    "OpenForm",
    "ReasonForm",
    "RenewForm",
    "ReviewForm",
    "SignForm",
    "StepForm",
]
