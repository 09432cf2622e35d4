"""Forms about a whole assessment: open, renew, inherit, give a reason, sign."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from frameworks.models import FrameworkVersion, Profile
from governance.assessments.forms.answers import DAY
from governance.assessments.models import Assessment, Review, SignOff
from models_registry.models import AISystem, ModelVersion
from web.forms import RecordForm


def _text(label: Any, **values: Any) -> forms.CharField:
    rows = values.pop("rows", 3)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **values)


class _PeriodForm(RecordForm):
    """Title, owner and dates."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("Such as “Yearly review 2026”.")
    )
    owner: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=None,
        required=False,
        help_text=_("Who sees to it that it gets done. You, unless you choose somebody else."),
    )
    period_start = forms.DateField(label=_("Period from"), required=False, widget=DAY)
    period_end = forms.DateField(label=_("Period to"), required=False, widget=DAY)
    due_date = forms.DateField(label=_("Due"), required=False, widget=DAY)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class OpenForm(_PeriodForm):
    """Open an assessment of a system, of a version in it, or of a unit."""

    system: forms.ModelChoiceField[AISystem] = forms.ModelChoiceField(
        label=_("AI system"), queryset=None, required=False
    )
    model_version: forms.ModelChoiceField[ModelVersion] = forms.ModelChoiceField(
        label=_("Only one version of its models"), queryset=None, required=False
    )
    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        label=_("Or the organisation itself"),
        queryset=None,
        required=False,
        help_text=_(
            "The unit whose policies and bodies are assessed. Its systems inherit the answers."
        ),
    )
    framework_version: forms.ModelChoiceField[FrameworkVersion] = forms.ModelChoiceField(
        label=_("Framework"),
        queryset=None,
        required=False,
        empty_label=_("AI RMF 1.0, or that of the profile"),
    )
    profile: forms.ModelChoiceField[Profile] = forms.ModelChoiceField(
        label=_("Profile"),
        queryset=None,
        required=False,
        empty_label=_("None: ask every item"),
        help_text=_("Asked is only what the profile holds."),
    )
    field_order = ("system", "model_version", "unit", "title", "framework_version", "profile")

    def __init__(
        self,
        *args: Any,
        systems: QuerySet[AISystem],
        versions: QuerySet[ModelVersion],
        units: QuerySet[Unit],
        frameworks: QuerySet[FrameworkVersion],
        profiles: QuerySet[Profile],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = {
            "system": systems,
            "model_version": versions,
            "unit": units,
            "framework_version": frameworks,
            "profile": profiles,
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(values.get("system")) == bool(values.get("unit")) and not self.has_error("system"):
            self.add_error("system", _("Choose a system or a unit: one of them."))
        return values


class RenewForm(_PeriodForm):
    """Open the next period."""

    carried = forms.MultipleChoiceField(
        label=_("Take over from the last period"),
        choices=(
            ("applicability", _("What applies, and why not")),
            ("level", _("Levels")),
            ("text", _("Texts")),
            ("owner", _("Owners")),
            ("evidence", _("Evidence that is still good; it must be accepted again")),
        ),
        initial=list(Assessment.CARRIED),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It waits beside each question until somebody says that it is still true."),
    )
    framework_version: forms.ModelChoiceField[FrameworkVersion] = forms.ModelChoiceField(
        label=_("Edition of the framework"),
        queryset=None,
        required=False,
        empty_label=_("The same"),
        help_text=_("Another one can be chosen once its changes are settled."),
    )

    def __init__(self, *args: Any, editions: QuerySet[FrameworkVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editions:
            self.fields["framework_version"].queryset = editions  # type: ignore[attr-defined]
        else:
            del self.fields["framework_version"]


class InheritForm(RecordForm):
    """Choose the assessment of the organisation."""

    source: forms.ModelChoiceField[Assessment] = forms.ModelChoiceField(
        label=_("Assessment of the organisation"),
        queryset=None,
        required=False,
        empty_label=_("None: answer every question here"),
    )

    def __init__(self, *args: Any, sources: QuerySet[Assessment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]


class ReasonForm(RecordForm):
    """Why."""

    reason = _text(_("Reason"), max_length=2_000, required=False)


class ReviewForm(RecordForm):
    """What a reviewer finds in one answer."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=Review.Verdict.choices, widget=forms.RadioSelect
    )
    remark = _text(
        _("Remark"),
        max_length=4_000,
        required=False,
        help_text=_("Needed unless it is met. The authors read it."),
    )


class SignForm(RecordForm):
    """Sign with one's password."""

    meaning = forms.ChoiceField(
        label=_("What your signature says"),
        choices=SignOff.Meaning.choices,
        initial=SignOff.Meaning.APPROVED,
        widget=forms.RadioSelect,
    )
    remarks = _text(_("Remarks"), max_length=4_000, required=False)
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("It shows that it is you who signs."),
    )
