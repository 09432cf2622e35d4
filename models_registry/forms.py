"""Forms of the registry pages."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import colleagues, units_where
from models_registry.cards.decode import MAX_BYTES
from models_registry.models import AISystem, DatasetVersion, Model
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


class SystemFields(PersonForm):
    """What is said about a system."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Name the use, not the model: “Consumer loan decisions”."),
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What it is for, who works with it, and what would happen without it."),
    )
    people_affected = forms.CharField(
        label=_("People affected"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whom its output touches, also those who never see it."),
    )
    decision_role = forms.ChoiceField(
        label=_("Part in decisions"), choices=[("", ""), *AISystem.DecisionRole.choices]
    )
    tier = forms.TypedChoiceField(
        label=_("Tier"),
        choices=[("", _("Not decided")), *AISystem.Tier.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Tier 1 gets the most scrutiny."),
    )
    tier_reason = forms.CharField(
        label=_("Reason for the tier"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues(self.user)  # type: ignore[attr-defined]


class SystemForm(SystemFields, UnitForm):
    """Register a system. ``distinct`` is asked when one with a similar name exists."""

    distinct = forms.BooleanField(
        label=_("It is another system: register it"), required=False, widget=forms.HiddenInput
    )
    field_order = ("unit",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].initial = self.user

    def ask_distinct(self) -> None:
        """Show the box with which a person says that this is no duplicate."""
        self.fields["distinct"].widget = forms.CheckboxInput()


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


class SystemEditForm(MergeForm, SystemFields):
    """Edit a system."""


class OriginFields(RecordForm):
    """Where a version comes from."""

    source_system = forms.CharField(label=_("Source system"), max_length=120, required=False)
    external_id = forms.CharField(
        label=_("Id in the source system"), max_length=200, required=False
    )
    git_commit = forms.CharField(label=_("Git commit"), max_length=64, required=False)
    notes = forms.CharField(
        label=_("Notes"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CardFields(RecordForm):
    """A model card: a file, or its text."""

    card = forms.FileField(
        label=_("Model card, as a file"),
        required=False,
        help_text=_(
            "Markdown, with or without Hugging Face front matter; at most 5 MB. Choose a file "
            "here or paste the text below."
        ),
        widget=forms.FileInput(attrs={"accept": ".md,.markdown,.txt,text/markdown"}),
    )
    card_text = forms.CharField(
        label=_("Model card, as text"),
        required=False,
        max_length=MAX_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("card") and not found.get("card_text", "").strip():
            self.add_error("card", _("Choose the file of the card, or paste its text."))
        return found

    def card_bytes(self) -> tuple[bytes, str]:
        """The bytes and the file name, read no further than one byte past the limit."""
        upload = self.cleaned_data["card"]
        if upload:
            return upload.read(MAX_BYTES + 1), upload.name
        return self.cleaned_data["card_text"].encode(), "pasted-card.md"


class VersionForm(OriginFields, CardFields, UnitForm):
    """Register a model version from its card."""

    PERMISSION = Permission.VERSION_REGISTER

    system = forms.ModelChoiceField(
        label=_("AI system"),
        queryset=AISystem.objects.none(),
        required=False,
        help_text=_("The system that uses the model, if it is registered."),
    )
    model_name = forms.CharField(
        label=_("Model name"),
        max_length=200,
        required=False,
        help_text=_("Leave empty to take the name that the card gives."),
    )
    model_type = forms.ChoiceField(label=_("Kind of model"), choices=Model.Kind.choices)
    number = forms.CharField(
        label=_("Version number"),
        max_length=60,
        required=False,
        help_text=_("Leave empty to take the version that the card states."),
    )
    field_order = ("unit", "system", "card", "card_text", "model_name", "model_type", "number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        systems = AISystem.objects.visible_to(self.user, Permission.VERSION_REGISTER)
        self.fields["system"].queryset = systems  # type: ignore[attr-defined]


class VersionEditForm(MergeForm, OriginFields):
    """Edit a draft version."""

    number = forms.CharField(label=_("Version number"), max_length=60)
    field_order = ("number",)


class CardForm(CardFields):
    """Import a card as the next revision."""


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
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.parquet,.pq"}),
    )
    notes = forms.CharField(
        label=_("Notes"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(RecordForm):
    """Why a step is taken."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
