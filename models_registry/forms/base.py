"""What the forms share."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from web.forms import RecordForm


class PersonForm(RecordForm):
    """A form whose choices depend on who fills it in."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)


class UnitForm(PersonForm):
    """A form that begins with the unit; where there is one choice only, it is made."""

    PERMISSION = Permission.SYSTEM_EDIT

    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        help_text=_("Decides who can see the record."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_where(self.user, self.PERMISSION)
        field = self.fields["unit"]
        field.queryset = units  # type: ignore[attr-defined]
        choices = list(units[:2])
        if len(choices) == 1:
            field.initial = choices[0]


class MergeForm(RecordForm):
    """A form that carries the values which the person saw, for a merge per field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def base(self) -> dict[str, Any]:
        """The values that the person saw when the page was made."""
        return {name: self._seen(name, field) for name, field in self.fields.items()}

    def _seen(self, name: str, field: forms.Field) -> Any:
        sent = self.data.get(self[name].html_initial_name)
        try:
            return field.clean(sent)
        except forms.ValidationError:
            return sent

    def rebase(self, stored: dict[str, Any]) -> None:
        """Make ``stored`` the values that the person sees from now on; his own words stay."""
        data = cast(QueryDict, self.data).copy()
        for name, value in stored.items():
            data[self[name].html_initial_name] = self.fields[name].prepare_value(value) or ""
        self.data = data


class ReasonForm(RecordForm):
    """Why a step is taken."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
