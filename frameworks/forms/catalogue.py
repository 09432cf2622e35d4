"""Forms of the catalogue pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frameworks.models import FrameworkVersion, Node
from web.forms import RecordForm


class SearchForm(RecordForm):
    """Search in the tree."""

    q = forms.CharField(
        label=_("Search identifiers and wording"), max_length=100, required=False, strip=True
    )


class PlaybookForm(RecordForm):
    """Upload of official wording."""

    file = forms.FileField(
        label=_("Playbook export or NIST AI 600-1 (JSON)"),
        help_text=_(
            "“playbook.json” from NIST's AI RMF Playbook page, or the actions of the Generative AI "
            "Profile as “nist-ai-600-1.json”; at most 10 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )


class FrameworkForm(RecordForm):
    """Upload of a framework of one's own."""

    file = forms.FileField(
        label=_("OSCAL catalog (JSON) or table (CSV, XLSX)"),
        help_text=_("OSCAL 1.1 or 1.2, at most 10 MB; or the template, filled in, at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.csv,.xlsx"}),
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("A catalog brings title and edition along; what you write here comes first."),
    )
    edition = forms.CharField(label=_("Edition"), max_length=40, required=False)
    publisher = forms.CharField(label=_("Publisher"), max_length=200, required=False)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    licence = forms.CharField(label=_("Licence"), max_length=120, required=False)
    scope = forms.ChoiceField(
        label=_("Usual scope"),
        choices=Node.Scope.choices,
        initial=Node.Scope.SYSTEM,
        help_text=_("For items that state none."),
    )
    follows = forms.ModelChoiceField(
        label=_("Follows the edition"),
        queryset=FrameworkVersion.objects.filter(extent="full").select_related("framework"),
        required=False,
        help_text=_("Then answers can be carried over to the new edition."),
    )


class CrosswalkForm(RecordForm):
    """Upload of a crosswalk of one's own."""

    file = forms.FileField(
        label=_("Table of pairs (CSV, XLSX)"),
        help_text=_(
            "Columns source and target; where known relationship (equal-to, equivalent-to, "
            "subset-of, superset-of, intersects-with), certainty (high, medium, low) and note."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    source_version = forms.ModelChoiceField(
        label=_("From"),
        queryset=FrameworkVersion.objects.filter(extent="full").select_related("framework"),
    )
    target_version = forms.ModelChoiceField(
        label=_("To"), queryset=FrameworkVersion.objects.select_related("framework")
    )
    title = forms.CharField(label=_("Title"), max_length=100)
    author = forms.CharField(
        label=_("Who states it"), max_length=200, help_text=_("A name that a reader can ask.")
    )
    method = forms.CharField(label=_("How it was made"), max_length=300, required=False)
    certainty_meaning = forms.CharField(
        label=_("What the certainty means"), max_length=300, required=False
    )
