"""The form of an import."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from models_registry.forms.base import UnitForm
from models_registry.models import RegistryImport

Source = RegistryImport.Source


class ImportForm(UnitForm):
    """A file to read, or a server on the administrator's list."""

    source = forms.ChoiceField(label=_("What to read"))
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "A manifest (.yaml), a card, an MLflow export (.json), or a .zip or .tar.gz archive of "
            "cards or of a manifest with its cards; at most 50 MB."
        ),
    )
    server = forms.ChoiceField(
        label=_("MLflow server"),
        required=False,
        help_text=_("Only servers on your administrator's list can be asked."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = [Source.MANIFEST, Source.CARDS, Source.MLFLOW_EXPORT]
        servers = settings.MLFLOW_SERVERS
        if servers:
            choices.append(Source.MLFLOW_SERVER)
            self.fields["server"].choices = [("", "–"), *((s, s) for s in servers)]  # type: ignore[attr-defined]
        else:
            del self.fields["server"]
        self.fields["source"].choices = [(c.value, c.label) for c in choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("source") == Source.MLFLOW_SERVER:
            if not data.get("server"):
                self.add_error("server", _("Choose the server."))
        elif "source" in data and data.get("file") is None and "file" not in self.errors:
            self.add_error("file", _("Choose the file to import."))
        return data
