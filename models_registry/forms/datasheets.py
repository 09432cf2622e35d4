"""Forms of datasheets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from models_registry.cards.croissant import THEMES
from models_registry.cards.decode import MAX_BYTES
from models_registry.forms.base import MergeForm
from models_registry.forms.versions import LinesField
from web.forms import RecordForm


class DatasheetForm(MergeForm):
    """One text per theme."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in THEMES.items():
            self.fields[key] = LinesField(
                label=str(label), required=False, max_length=50_000, show_hidden_initial=True
            )


class CroissantForm(RecordForm):
    """A Croissant file."""

    file = forms.FileField(
        label=_("Croissant file"),
        help_text=_("Croissant 1.0 or 1.1 as JSON-LD; at most 5 MB."),
    )

    def file_bytes(self) -> tuple[bytes, str]:
        """The bytes and the file name, read no further than one byte past the limit."""
        upload = self.cleaned_data["file"]
        return upload.read(MAX_BYTES + 1), upload.name
