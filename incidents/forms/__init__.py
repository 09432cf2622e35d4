"""Forms about incidents."""

from incidents.forms.incidents import (
    CommanderForm,
    DeclareForm,
    NoteForm,
    SeverityForm,
    StepForm,
)

__all__ = ["CommanderForm", "DeclareForm", "NoteForm", "SeverityForm", "StepForm"]
