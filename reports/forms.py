"""Forms of the report pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import RecordForm

MAX_MB = 60


class SignForm(RecordForm):
    """Sign with one's password."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("It shows that it is you who signs."),
    )


class VerifyForm(RecordForm):
    """One PDF that somebody holds."""

    file = forms.FileField(
        label=_("PDF"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=_("It is read and forgotten; nothing of it is kept here."),
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than any report that can be read here."""
        found = self.cleaned_data["file"]
        if found.size > MAX_MB * 1_000_000:
            said = _("The file is larger than %(limit)d MB. Use manage.py verify_report for it.")
            raise forms.ValidationError(said % {"limit": MAX_MB})
        return found
