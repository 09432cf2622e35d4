"""Forms about reports of others."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.permissions import Permission
from accounts.queries import units_where
from incidents.models import CaseReport, Incident
from web.forms import RecordForm

MAX_AT_ONCE = 100


class ManyFiles(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """At least one file; each is checked like a single one."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        if len(given) > MAX_AT_ONCE:
            raise forms.ValidationError(_("Choose at most 100 files; the command takes more."))
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class ImportForm(RecordForm):
    """Files with reports, and for whom they are imported."""

    unit = forms.ModelChoiceField(
        label=_("Unit"),
        help_text=_("Whoever may see this unit sees the reports."),
        queryset=Unit.objects.none(),
    )
    uploads = FilesField(
        label=_("Files"),
        help_text=_(
            "AVID reports (JSON, JSONL), ATLAS case studies (YAML) or exports of Assay. Add "
            "tactics.yaml and techniques.yaml once, so that names in the case studies resolve."
        ),
        allow_empty_file=True,
    )
    licence = forms.CharField(
        label=_("Licence of the reports"),
        help_text=_("Such as MIT or Apache-2.0; it is shown with every report."),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = units_where(by, Permission.INCIDENT_DECLARE).order_by("path")
        units = list(field.queryset[:2])
        if len(units) == 1:
            self.initial.setdefault("unit", units[0].pk)


class NotSimilarForm(RecordForm):
    """What does not resemble the incident."""

    other = forms.ModelChoiceField(queryset=Incident.objects.none(), required=False)
    case = forms.ModelChoiceField(queryset=CaseReport.objects.none(), required=False)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("other", Incident), ("case", CaseReport)):
            field: Any = self.fields[name]
            field.queryset = model.objects.all().visible_to(by)


class LookForm(RecordForm):
    """A description to which similar ones are looked for."""

    what = forms.CharField(
        label=_("What happened?"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
