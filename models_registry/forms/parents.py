"""The form of a parent."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from models_registry.forms.base import PersonForm
from models_registry.models import ModelVersion, VersionParent
from models_registry.queries.versions import versions_like

MOST_HITS = 20


class ParentForm(PersonForm):
    """How a version was made, and from what; ``search`` narrows the versions on offer."""

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

    def __init__(self, *args: Any, version: ModelVersion, search: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every visible version may be sent; the page offers a few of them.
        others = ModelVersion.objects.visible_to(self.user).exclude(pk=version.pk)
        found = versions_like(self.user, search).exclude(pk=version.pk)
        hits = list(found[: MOST_HITS + 1])
        self.has_more = len(hits) > MOST_HITS
        self.found_none = not hits
        offered = {hit.pk: hit for hit in hits[:MOST_HITS]}
        sent = str(self.data.get("parent", "")) if self.is_bound else ""
        if sent.isdecimal() and len(sent) < 19:
            offered |= {hit.pk: hit for hit in others.filter(pk=sent).select_related("model")}
        field: Any = self.fields["parent"]
        field.queryset = others.select_related("model")
        field.choices = [("", _("None of these")), *((pk, str(hit)) for pk, hit in offered.items())]
