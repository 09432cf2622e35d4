"""The form of a parent."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from models_registry.forms.base import PersonForm
from models_registry.models import ModelVersion, VersionParent


class ParentForm(PersonForm):
    """How a version was made, and from what."""

    relation = forms.ChoiceField(label=_("How it was made"), choices=VersionParent.Relation.choices)
    parent = forms.ModelChoiceField(
        label=_("From this version of the registry"),
        queryset=ModelVersion.objects.none(),
        required=False,
    )
    outside = forms.CharField(
        label=_("Or from something outside of the registry"),
        max_length=300,
        required=False,
        help_text=_("Its name, such as the id of a public model with its revision."),
    )

    def __init__(self, *args: Any, version: ModelVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = ModelVersion.objects.visible_to(self.user).exclude(pk=version.pk)
        field = self.fields["parent"]
        field.queryset = others.select_related("model").order_by(  # type: ignore[attr-defined]
            "model__name", "-created_at"
        )
