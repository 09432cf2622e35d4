"""HTML forms."""

from typing import Any

from django import forms

from ledger.errors import Refused


class RecordForm(forms.Form):
    """A form whose refusals show beside the field that they name."""

    use_required_attribute = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def add_refusal(self, refused: Refused) -> None:
        """Show ``refused`` at its field, or on top of the form."""
        known = refused.field if refused.field in self.fields else None
        self.add_error(known, refused.message)
