"""Forms about duties to notify."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.actions.clocks import check_zone
from incidents.models import Fact
from ledger.errors import Refused
from web.forms import RecordForm

_LOCAL = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _words(label: Any, help_text: Any = "", *, rows: int = 3, limit: int = 4_000) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class _InZone(RecordForm):
    """A form whose moment ``MOMENT`` is meant in the zone that stands beside it."""

    MOMENT = "at"

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        moment, zone = values.get(self.MOMENT), values.get("zone") or "UTC"
        if moment is None or "zone" in self.errors:
            return values
        try:
            check_zone(zone)
            local = timezone.make_naive(moment).replace(tzinfo=ZoneInfo(zone))
            values[self.MOMENT] = local.astimezone(dt.UTC)
        except Refused as refused:
            self.add_refusal(refused)
        except OverflowError:
            self.add_error(self.MOMENT, _("Write a year between 2000 and 2200."))
        return values


class FactForm(_InZone):
    """When something was the case."""

    fact = forms.ChoiceField(label=_("What?"), choices=Fact.choices)
    at = forms.DateTimeField(label=_("When?"), widget=_LOCAL)
    zone = forms.CharField(
        label=_("Time zone of that time"),
        help_text=_("Such as Europe/Brussels or America/New_York."),
        max_length=60,
        initial="UTC",
    )
    note = _words(_("How do you know?"))


class AssessForm(RecordForm):
    """Whether a duty applies."""

    applies = forms.ChoiceField(
        label=_("Does it apply?"),
        choices=[("yes", _("Yes, the clock runs")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    reason = _words(_("Why?"), _("Needed when it does not apply."))
    zone = forms.CharField(
        label=_("Time zone, if not that of the rule"),
        help_text=_("Such as that of the state where it happened."),
        required=False,
        max_length=60,
    )

    def clean_applies(self) -> bool:
        """The answer as yes or no."""
        return bool(self.cleaned_data["applies"] == "yes")


class SubmissionForm(_InZone):
    """A notice that was sent."""

    MOMENT = "sent_at"

    sent_at = forms.DateTimeField(
        label=_("When was it sent?"), help_text=_("Empty means now."), required=False, widget=_LOCAL
    )
    zone = forms.CharField(label=_("Time zone of that time"), max_length=60, initial="UTC")
    recipient = forms.CharField(label=_("To whom?"), required=False, max_length=300)
    reference = forms.CharField(label=_("Their reference"), required=False, max_length=200)
    text = _words(
        _("What was sent, word for word"),
        _("It is frozen together with the pack of this moment."),
        rows=8,
        limit=50_000,
    )
    note = _words(_("Note for ourselves"), rows=2)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values.pop("zone", None)
        return values


class WithdrawForm(RecordForm):
    """Why a clock stops."""

    reason = forms.CharField(
        label=_("Why?"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
