"""Forms of evidence."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.assessments.forms.answers import DAY
from governance.assessments.models import Evidence
from web.forms import RecordForm


class EvidenceForm(RecordForm):
    """A new piece: a file, an address, or a record of the register."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("Drop a file here or paste a screenshot, or choose one."),
    )
    url = forms.URLField(
        label=_("Or an address"), required=False, max_length=1_000, assume_scheme="https"
    )
    record = forms.ChoiceField(
        label=_("Or a record of the register"), required=False, choices=[("", _("None"))]
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("The name of the file if left empty."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Evidence.Kind.choices)
    effective_from = forms.DateField(
        label=_("Speaks of the time from"),
        widget=DAY,
        help_text=_("The period it is evidence of, not the day you add it."),
    )
    effective_to = forms.DateField(label=_("to"), widget=DAY, required=False)
    expires_on = forms.DateField(
        label=_("Good until"),
        widget=DAY,
        required=False,
        help_text=_("From the day after on it counts no more."),
    )
    shows = forms.CharField(
        label=_("What it shows about this question"), required=False, max_length=500
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, records: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"].choices = [("", _("None")), *records]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        given = [values.get(name) for name in ("file", "url", "record")]
        if sum(bool(value) or value == b"" for value in given) != 1 and not self.errors:
            self.add_error("file", _("Choose a file, an address or a record: one of them."))
        if not values.get("title") and not values.get("file"):
            self.add_error("title", _("Give it a title."))
        return values


class OfferForm(RecordForm):
    """A piece that is there already."""

    evidence: forms.ModelChoiceField[Evidence] = forms.ModelChoiceField(
        label=_("Evidence"), queryset=None
    )
    shows = forms.CharField(
        label=_("What it shows about this question"), required=False, max_length=500
    )

    def __init__(self, *args: Any, pieces: QuerySet[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = pieces  # type: ignore[attr-defined]


class DecideForm(RecordForm):
    """Accept or reject."""

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=(("accepted", _("Accept")), ("rejected", _("Reject"))),
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you reject it."),
    )
