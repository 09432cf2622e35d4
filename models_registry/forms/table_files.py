"""The form of a table that comes back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from models_registry.forms.base import UnitForm


class TableFileForm(UnitForm):
    """Upload an edited table; only records of the unit and below it can change."""

    file = forms.FileField(
        label=_("Edited table"),
        allow_empty_file=True,
        help_text=_("CSV in UTF-8, or XLSX; at most 5,000 rows and 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].help_text = _(
            "Only records of this unit and of those below it can change; new ones belong to it."
        )
