"""Forms of profiles."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from frameworks.models import FrameworkVersion, Profile
from web.forms import RecordForm

LEVELS = [("", _("not in it")), ("none", _("no level")), *((str(n), str(n)) for n in range(5))]


class ProfileForm(RecordForm):
    """What a new profile is about."""

    title = forms.CharField(label=_("Title"), max_length=200)
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=Profile.Purpose.choices,
        help_text=_("A target profile needs a level and a reason for each of its items."),
    )
    framework_version = forms.ModelChoiceField(
        label=_("Framework"), queryset=FrameworkVersion.objects.none()
    )
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    base = forms.ModelChoiceField(
        label=_("Made from"),
        queryset=Profile.objects.none(),
        required=False,
        help_text=_("Its items are taken over, to be changed here."),
    )
    as_of = forms.DateField(
        label=_("To be reached by, or as of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    description = forms.CharField(
        label=_("Description"), max_length=4_000, required=False, widget=forms.Textarea
    )

    def __init__(
        self,
        *args: Any,
        units: Any,
        versions: Any,
        bases: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        found: dict[str, Any] = {"unit": units, "framework_version": versions, "base": bases}
        for name, rows in found.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].initial = units[0]


class ItemsForm(RecordForm):
    """One level and one reason for each item of the framework."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(
        self,
        *args: Any,
        nodes: Iterable[Any],
        held: Mapping[str, tuple[int | None, str]],
        version: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial={"version": version}, **kwargs)
        self._nodes = list(nodes)
        for node in self._nodes:
            self._add(node, held.get(node.key))

    def _add(self, node: Any, value: tuple[int | None, str] | None) -> None:
        level = "" if value is None else "none" if value[0] is None else str(value[0])
        names = {"key": node.key}
        self.fields[f"level-{node.pk}"] = forms.ChoiceField(
            label=_("Level of %(key)s") % names, choices=LEVELS, required=False, initial=level
        )
        self.fields[f"reason-{node.pk}"] = forms.CharField(
            label=_("Reason for %(key)s") % names,
            max_length=2_000,
            required=False,
            initial="" if value is None else value[1],
        )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Node, level field and reason field, in reading order."""
        return [(node, self[f"level-{node.pk}"], self[f"reason-{node.pk}"]) for node in self._nodes]

    def items(self) -> dict[str, tuple[int | None, str] | None]:
        """What was sent, by identifier; None for what is not in the profile."""
        found: dict[str, tuple[int | None, str] | None] = {}
        for node in self._nodes:
            level = self.cleaned_data[f"level-{node.pk}"]
            reason = self.cleaned_data[f"reason-{node.pk}"]
            number = None if level == "none" else int(level or 0)
            found[node.key] = (number, reason) if level else None
        return found
