"""Forms of the catalogue pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import RecordForm


class SearchForm(RecordForm):
    """Search in the tree."""

    q = forms.CharField(
        label=_("Search identifiers and wording"), max_length=100, required=False, strip=True
    )


class PlaybookForm(RecordForm):
    """Upload of NIST's Playbook export."""

    file = forms.FileField(
        label=_("Playbook export (JSON)"),
        help_text=_("The file “playbook.json” from NIST's AI RMF Playbook page, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
