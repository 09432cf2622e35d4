"""Forms of versions and cards."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from models_registry.cards.decode import MAX_BYTES
from models_registry.forms.base import MergeForm, UnitForm
from models_registry.models import AISystem, Model
from models_registry.schemas import BadSchema, read_schema
from web.forms import RecordForm


class SchemaField(forms.CharField):
    """An input and output schema, written as JSON."""

    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """The schema as data."""
        try:
            return read_schema(super().to_python(value) or "")
        except BadSchema as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return json.dumps(value, indent=2, ensure_ascii=False) if value else ""
        return value


class LinesField(forms.CharField):
    """Text of many lines; browsers send other line ends than they were given."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """The text with plain line ends."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


class OriginFields(RecordForm):
    """Where a version comes from."""

    source_system = forms.CharField(label=_("Source system"), max_length=120, required=False)
    external_id = forms.CharField(
        label=_("Id in the source system"), max_length=200, required=False
    )
    run_id = forms.CharField(
        label=_("Training run"),
        max_length=200,
        required=False,
        help_text=_("As the source system calls it."),
    )
    git_commit = forms.CharField(label=_("Git commit"), max_length=64, required=False)
    io_schema = SchemaField(
        label=_("Input and output schema"),
        max_length=200_000,
        required=False,
        help_text=_(
            "As JSON: “inputs” and “outputs”, each a list of fields with “name”, “type” and, "
            "where it may be left out, “optional”: true."
        ),
    )
    environment_lock = LinesField(
        label=_("Environment lock"),
        max_length=200_000,
        required=False,
        help_text=_("The exact packages, such as a requirements or conda lock file."),
    )
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
            "Markdown, with or without Hugging Face front matter, CycloneDX 1.6 or 1.7, Model "
            "Card Toolkit JSON, or an MLmodel file; at most 5 MB. Choose a file here or paste "
            "the text below."
        ),
        widget=forms.FileInput(),
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
