"""Forms of monitors and of what they propose."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluations import queries
from evaluations.checks.catalogue import CATALOGUE
from evaluations.columns import MANY_ROLES, ROLES
from evaluations.models import Monitor, Proposal
from models_registry.forms import MergeForm
from models_registry.models import DatasetVersion, ModelVersion
from web.forms import RecordForm


class MonitorForm(RecordForm):
    """A monitor of what a run checked: the source of its tables and its schedule."""

    name = forms.CharField(label=_("Name"), max_length=120)
    source = forms.ChoiceField(
        label=_("Where the tables come from"), choices=Monitor.Source.choices
    )
    place = forms.CharField(
        label=_("Dataset, folder or connection"),
        max_length=400,
        help_text=_("The name under which tables are uploaded, or what an operator allowed."),
    )
    pattern = forms.CharField(
        label=_("Pattern of the window"),
        max_length=200,
        initial="%Y-%m-%d",
        help_text=_(
            "How the version label begins, or how the file is called, by the start of the "
            "window: %Y year, %m month, %d day, %H hour, %V week."
        ),
    )
    time_column = forms.CharField(
        label=_("Column with the time of a row"),
        required=False,
        max_length=120,
        help_text=_("Needed for a table of a database; the pattern then names the table."),
    )
    every_minutes = forms.IntegerField(
        label=_("Every, in minutes"),
        required=False,
        min_value=1,
        max_value=527_040,
        help_text=_("1440 is a day, 10080 a week."),
    )
    cron = forms.CharField(
        label=_("Or cron, in UTC"),
        required=False,
        max_length=120,
        help_text=_("Minute, hour, day, month, weekday: “0 6 * * 1” is Mondays at six."),
    )
    watermark_minutes = forms.IntegerField(
        label=_("Wait for late rows, in minutes"), min_value=0, max_value=44_640, initial=60
    )
    late_hours = forms.IntegerField(
        label=_("Late data count for, in hours"),
        min_value=0,
        max_value=744,
        initial=72,
        help_text=_("Within this time other data of a window are judged again."),
    )


class LinesField(forms.CharField):
    """A mapping as lines of ``name = value``; a name may stand on several lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, max_length=40_000, widget=forms.Textarea(attrs={"rows": 8}), **kwargs
        )

    def pairs(self, text: str) -> list[tuple[str, str]]:
        """Names with values, in order. Raises ValidationError for a line without both."""
        found = []
        for line in text.splitlines():
            name, equals, value = (part.strip() for part in line.partition(" = "))
            if line.strip() and not (name and equals and value):
                raise forms.ValidationError(
                    _now("“%(line)s” does not read “name = value”.") % {"line": line[:80]}
                )
            if name:
                found.append((name, value))
        return found


class RolesField(LinesField):
    """Roles of columns, one column per line."""

    def clean(self, value: Any) -> dict[str, Any]:
        roles: dict[str, Any] = {}
        for name, column in self.pairs(super().clean(value)):
            if name not in ROLES:
                raise forms.ValidationError(_now("There is no role “%s”.") % name[:80])
            if name in MANY_ROLES:
                roles.setdefault(name, []).append(column)
            elif name in roles:
                raise forms.ValidationError(_now("“%s” is one column only.") % name)
            else:
                roles[name] = column
        return roles

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        given = {name: one if isinstance(one, list) else [one] for name, one in value.items()}
        return "\n".join(f"{name} = {one}" for name, all_ in given.items() for one in all_ if one)


class LimitsField(LinesField):
    """Limits as lines of ``check limit = number``."""

    def clean(self, value: Any) -> dict[str, Any]:
        limits: dict[str, Any] = {}
        for name, number in self.pairs(super().clean(value)):
            check, _space, limit = name.partition(" ")
            try:
                limits.setdefault(check, {})[limit.strip()] = float(number)
            except ValueError as error:
                raise forms.ValidationError(_now("“%s” is no number.") % number[:40]) from error
        return limits

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(
            f"{check} {name} = {number:g}"
            for check, limits in value.items()
            for name, number in limits.items()
            if number is not None
        )


class ChecksField(forms.MultipleChoiceField):
    """Checks of the catalogue."""


class MonitorEditForm(MergeForm, MonitorForm):
    """Every field of a monitor that may be changed, with a merge per field."""

    checks = ChecksField(label=_("Checks"), widget=forms.CheckboxSelectMultiple)
    reference = forms.ModelChoiceField(
        label=_("Reference table"), queryset=DatasetVersion.objects.none(), required=False
    )
    roles = RolesField(
        label=_("Columns"), help_text=_("One “role = column” per line, such as y_true = defaulted.")
    )
    params = LimitsField(
        label=_("Limits"),
        help_text=_("One “check limit = number” per line; what is left out is the catalogue's."),
    )
    baseline_days = forms.IntegerField(
        label=_("Reference is too old after, in days"), required=False, min_value=1,
        max_value=36_500,
    )  # fmt: skip
    detect_days = forms.IntegerField(
        label=_("Must show a fall within, in days"), min_value=1, max_value=3_650
    )
    price_hour = forms.DecimalField(
        label=_("Price of an hour of computing"), required=False, min_value=0, max_digits=18,
        decimal_places=4,
    )  # fmt: skip
    price_gb = forms.DecimalField(
        label=_("Price of a gigabyte read"), required=False, min_value=0, max_digits=18,
        decimal_places=4,
    )  # fmt: skip
    currency = forms.CharField(label=_("Currency"), required=False, max_length=3)
    budget = forms.DecimalField(
        label=_("Budget for 30 days"), required=False, min_value=0, max_digits=18, decimal_places=4
    )
    budget_of = forms.ChoiceField(label=_("Budget is in"), choices=Monitor.Measure.choices)
    reason = forms.CharField(
        label=_("Why the limits or columns change"),
        required=False,
        max_length=2_000,
        help_text=_("Needed when checks, columns, limits or the reference change."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].queryset = queries.tables_to_check(user)  # type: ignore[attr-defined]
        self.fields["checks"].choices = [  # type: ignore[attr-defined]
            (spec.id, _(spec.title)) for spec in CATALOGUE.values()
        ]
        self.fields["reason"].show_hidden_initial = False

    def base(self) -> dict[str, Any]:
        seen = super().base()
        sent = cast(QueryDict, self.data)
        seen["checks"] = sent.getlist(self["checks"].html_initial_name)
        del seen["reason"]
        return seen

    def rebase(self, stored: dict[str, Any]) -> None:
        super().rebase({name: one for name, one in stored.items() if name != "checks"})
        sent = cast(QueryDict, self.data)
        sent.setlist(self["checks"].html_initial_name, stored["checks"])


# The verb, what the button says, and what follows.
DECISIONS = {
    "accept": (_("Accept"), _("Somebody takes the work on. Nothing is trained by itself.")),
    "dismiss": (_("Dismiss"), _("Nothing is done. The reason stays with the monitor.")),
    "finish": (_("Mark as done"), _("The work is over, with or without a new version.")),
}


class DecisionForm(RecordForm):
    """What is decided about a proposal, and why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    quiet_until = forms.DateField(
        label=_("Keep this trigger quiet until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most 180 days. Runs fail and warn as before."),
    )
    outcome = forms.ModelChoiceField(
        label=_("Version that came out of it"),
        queryset=ModelVersion.objects.none(),
        required=False,
    )

    def __init__(
        self, *args: Any, verb: str, user: User, proposal: Proposal, **kwargs: Any
    ) -> None:
        super().__init__(*args, auto_id=f"id_{verb}_%s", **kwargs)
        self.verb = verb
        self.label, self.text = DECISIONS[verb]
        if verb != "dismiss":
            del self.fields["quiet_until"]
        if verb != "finish":
            del self.fields["outcome"]
            return
        versions = ModelVersion.objects.visible_to(user).select_related("model")
        of_model = versions.filter(model=proposal.monitor.model_version.model_id)
        self.fields["outcome"].queryset = of_model  # type: ignore[attr-defined]
