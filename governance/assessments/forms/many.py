"""Forms that change many answers: the table, a workbook, a hand-over."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from governance.assessments.forms.answers import DAY
from governance.assessments.models import Level
from web.forms import RecordForm

AS_IT_IS = _("Leave as it is")


class ManyForm(RecordForm):
    """What the ticked answers shall have; what is left empty stays as it is."""

    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[("", AS_IT_IS), *((str(v), f"{v} {label}") for v, label in Level.choices)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    owner: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        label=_("Owner"), queryset=None, required=False, empty_label=AS_IT_IS
    )
    due_date = forms.DateField(label=_("Due"), required=False, widget=DAY)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """The fields that shall change, by their names in ``Answer.FIELDS``."""
        found = {name: self.cleaned_data.get(name) for name in ("level", "due_date")}
        owner = self.cleaned_data.get("owner")
        found["owner_id"] = owner.pk if owner else None
        return {name: value for name, value in found.items() if value is not None}


class HandoverForm(RecordForm):
    """Who leaves, who takes it over, and why."""

    leaver: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        label=_("Who hands over"), queryset=None
    )
    to: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        label=_("Who takes it over"), queryset=None
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        help_text=_("Such as “leaves on 31 December”. It stands in the history of every record."),
    )

    def __init__(
        self, *args: Any, people: QuerySet[User], leavers: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        self.fields["leaver"].queryset = leavers  # type: ignore[attr-defined]


def level_of(text: str) -> int | None:
    """A level as a control of the table sends it. Raises ``ValueError`` for anything else."""
    if text == "":
        return None
    found: Iterable[int] = Level.values
    if text not in {str(value) for value in found}:
        raise ValueError(text)
    return int(text)


class WorkbookForm(RecordForm):
    """An edited workbook."""

    file = forms.FileField(
        label=_("Edited workbook"),
        allow_empty_file=True,
        help_text=_("The XLSX that you took from here; at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
