"""Forms of files, waivers and signatures."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from models_registry.models import Artifact
from web.forms import RecordForm


class ArtifactForm(RecordForm):
    """A file to upload, or the digest of one that is kept elsewhere."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("Kept and scanned. Leave it empty to name a file that is kept elsewhere."),
    )
    path = forms.CharField(
        label=_("Path in the version"),
        required=False,
        max_length=500,
        help_text=_("Such as weights/model.safetensors; the file’s own name if left empty."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Artifact.Role.choices)
    digest = forms.CharField(
        label=_("SHA-256 of a file kept elsewhere"), required=False, max_length=80
    )
    uri = forms.CharField(label=_("Its address"), required=False, max_length=1_000)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(values.get("file")) == bool(values.get("digest")):
            self.add_error("file", _("Choose a file, or enter the digest of one kept elsewhere."))
        if values.get("file") and not values.get("path"):
            values["path"] = values["file"].name
        return values


class WaiverForm(RecordForm):
    """Why a file may be used in spite of its scan, and until when."""

    reason = forms.CharField(
        label=_("Reason"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    control = forms.CharField(
        label=_("Compensating control"),
        max_length=4_000,
        help_text=_("What keeps the risk small meanwhile, such as loading in a sandbox."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label=_("Holds until"),
        help_text=_("At most 180 days from today; it ends with that day, UTC."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def expires_at(self) -> dt.datetime:
        """The end of the chosen day, or 180 days from now if that is a little earlier."""
        end = dt.datetime.combine(self.cleaned_data["until"], dt.time(23, 59), tzinfo=dt.UTC)
        longest = timezone.now() + dt.timedelta(days=180)
        return longest if longest < end < longest + dt.timedelta(days=1) else end


class SignatureForm(RecordForm):
    """A signature over the files."""

    bundle = forms.FileField(
        label=_("Signature"),
        help_text=_("The Sigstore bundle that model-signing wrote (model.sig)."),
    )
    key = forms.FileField(label=_("Public key"), help_text=_("PEM, an elliptic-curve key."))
