"""The form of an answer."""

from collections.abc import Iterable
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from governance.assessments.models import LEVEL_MEANING, Answer, Level
from web.forms import RecordForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AnswerForm(RecordForm):
    """One answer. The same class reads the values that the person had seen (prefix ``base``)."""

    applicability = forms.ChoiceField(
        label=_("Does it apply here?"),
        choices=Answer.Applicability.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label=_("Why it does not apply"),
        help_text=_("Needed when it does not apply."),
        max_length=4_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[*((str(v), label) for v, label in Level.choices), ("", _("Not rated"))],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    text = forms.CharField(
        label=_("Answer"),
        help_text=_("What is done, by whom, and where it can be seen."),
        max_length=20_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    owner = forms.IntegerField(label=_("Owner"), required=False, widget=forms.Select)
    due_date = forms.DateField(label=_("Due"), required=False, widget=DAY)

    def offer(self, people: Iterable[User]) -> Self:
        """Let these people be chosen as owner."""
        choices = [("", _("Nobody")), *((person.pk, str(person)) for person in people)]
        self.fields["owner"].widget.choices = choices
        return self

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        """The stored values of a row of ``queries.rows`` by the names of the fields."""
        return {
            "applicability": row.applicability,
            "reason": row.reason,
            "level": "" if row.stored_level is None else row.stored_level,
            "text": row.text,
            "owner": row.owner_id,
            "due_date": row.due_date,
        }

    @staticmethod
    def strings_of(answer: Answer) -> dict[str, str]:
        """The stored values as the controls of the page hold them."""
        values = answer.values
        values["owner"] = values.pop("owner_id")
        return {name: "" if value is None else str(value) for name, value in values.items()}

    def values(self) -> dict[str, Any]:
        """The fields that were sent, by their names in ``Answer.FIELDS``.

        A field for which the conflict page said "keep theirs" counts as not sent.
        """
        sent = {
            name: value
            for name, value in self.cleaned_data.items()
            if self.add_prefix(name) in self.data and self.data.get(f"choose-{name}") != "theirs"
        }
        if "owner" in sent:
            sent["owner_id"] = sent.pop("owner")
        if not sent.get("applicability", True):
            del sent["applicability"]
        return sent


LEVELS = [(level, level.label, LEVEL_MEANING[level]) for level in Level]
