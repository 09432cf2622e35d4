"""Forms of tables."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from models_registry.forms.base import UnitForm
from models_registry.models import DatasetVersion


class DatasetForm(UnitForm):
    """Upload a table."""

    PERMISSION = Permission.DATASET_UPLOAD

    name = forms.CharField(label=_("Name"), max_length=200)
    label = forms.CharField(
        label=_("Version label"),
        max_length=60,
        help_text=_("What tells this table from the next of that name, such as “2024-H2”."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=DatasetVersion.Role.choices)
    file = forms.FileField(
        label=_("Table"),
        allow_empty_file=True,
        help_text=_("CSV with a header line, or Parquet; at most 250 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.jsonl,.ndjson,.parquet,.pq"}),
    )
    notes = forms.CharField(
        label=_("Notes"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
