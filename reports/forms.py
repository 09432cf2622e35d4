"""Forms of the report pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.actions import Options
from reports.models import OF_SYSTEM, Report
from web.forms import RecordForm

MAX_MB = 60


class ReportForm(RecordForm):
    """Which report of a system, and how."""

    definition = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in Report.Definition.choices if choice[0] in OF_SYSTEM],
        widget=forms.RadioSelect,
        initial=Report.Definition.RMF_SYSTEM,
    )
    mark = forms.CharField(
        label=_("Classification"),
        max_length=80,
        required=False,
        help_text=_("Stands on the cover, such as “Confidential: supervisory authority only”."),
    )
    left_out = forms.MultipleChoiceField(
        label=_("Leave out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("card", _("Model card")),
            ("checks", _("Check results")),
            ("risks", _("Risks")),
            ("incidents", _("Incidents")),
            ("evidence", _("Evidence index")),
        ],
        help_text=_("The report says what was left out. The embedded snapshot still holds it."),
    )

    def options(self) -> Options:
        """What was chosen."""
        chosen = self.cleaned_data
        return Options(chosen["definition"], chosen["mark"], tuple(chosen["left_out"]))


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
