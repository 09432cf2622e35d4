"""Lists of signals and rules."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.forms import FAMILIES
from incidents.forms.signals import family_choices
from incidents.models import KINDS, Signal, SignalRule
from incidents.signals.deciding import Phase
from web.lists import RecordTable

PHASES = (
    (Phase.ONGOING.value, _("Ongoing")),
    (Phase.RECOVERING.value, _("Recovering")),
    (Phase.QUIET.value, _("No incident")),
    (Phase.ENDED.value, _("Ended")),
)
PHASE_WORDS = dict(PHASES)


class SignalTable(RecordTable):
    """Signals, the newest bad result on top."""

    reference = tables.Column(
        verbose_name=_("Number"), order_by="pk", linkify=True, attrs={"td": {"class": "nowrap"}}
    )
    phase = tables.TemplateColumn(
        "{% load signals ui %}{% state record.phase record.phase|phase_words %}",
        verbose_name=_("State"),
    )
    kind_of = tables.Column(verbose_name=_("Kind"))
    family = tables.Column(verbose_name=_("Checks"))
    model = tables.Column(verbose_name=_("Model"), order_by="model__name", linkify=True)
    environment = tables.Column(verbose_name=_("Environment"), default="–")
    slice = tables.Column(verbose_name=_("Slice"), default="–")
    bad_count = tables.Column(verbose_name=_("Bad results"), attrs={"td": {"class": "n"}})
    last_bad_at = tables.TemplateColumn(
        "{% load ui %}{% when record.last_bad_at %}", verbose_name=_("Last bad")
    )
    incident = tables.TemplateColumn(
        '{% if record.incident_seen %}<a href="{{ record.incident.get_absolute_url }}">'
        "{{ record.incident.reference }}</a>{% else %}–{% endif %}",
        verbose_name=_("Incident"),
        order_by="incident__pk",
        attrs={"td": {"class": "nowrap"}},
    )

    empty_title = _("No monitor has told of anything bad")
    empty_text = _("A window that fails, breaks off or stays without data becomes a signal here.")

    class Meta(RecordTable.Meta):
        model = Signal
        fields = (
            "reference",
            "phase",
            "kind_of",
            "family",
            "model",
            "environment",
            "slice",
            "bad_count",
            "last_bad_at",
            "incident",
        )

    def render_family(self, value: str) -> Any:
        """As people say it."""
        return FAMILIES.get(value, value)

    def value_family(self, record: Signal) -> str:
        """As exported."""
        return record.family

    def value_phase(self, record: Any) -> str:
        """As exported."""
        found: str = record.phase
        return found

    def value_kind_of(self, record: Signal) -> str:
        """As exported."""
        return record.kind_of

    def value_last_bad_at(self, record: Signal) -> Any:
        """As exported."""
        return record.last_bad_at

    def value_incident(self, record: Any) -> str:
        """As exported; a private incident stays out."""
        return record.incident.reference if record.incident_seen else ""


class SignalFilter(filters.FilterSet):
    """Text, state, kind and family."""

    q = filters.CharFilter(label=_("Text"), method="by_text", max_length=200)
    phase = filters.ChoiceFilter(label=_("State"), choices=PHASES, empty_label=_("All"))
    kind_of = filters.ChoiceFilter(label=_("Kind"), choices=KINDS, empty_label=_("All"))
    family = filters.ChoiceFilter(
        label=_("Checks"), choices=lambda: family_choices(_("All"))[1:], empty_label=_("All")
    )

    class Meta:
        model = Signal
        fields = ("q", "phase", "kind_of", "family")

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word stands in the model's name, the slice, the environment or the monitor's."""
        for word in value.split()[:10]:
            rows = rows.filter(
                Q(model__name__icontains=word)
                | Q(slice__icontains=word)
                | Q(environment__icontains=word)
                | Q(monitor__name__icontains=word)
            )
        return rows


class RuleTable(RecordTable):
    """Rules, by unit."""

    unit = tables.Column(order_by="unit__path")
    family = tables.Column(
        verbose_name=_("Checks"), linkify=True, empty_values=(), order_by="family"
    )
    kind_of = tables.Column(verbose_name=_("Kind"))
    opens = tables.Column(verbose_name=_("Opens at"), empty_values=(), orderable=False)
    close_after = tables.Column(verbose_name=_("Recovered after"), attrs={"td": {"class": "n"}})
    reopen_hours = tables.Column(verbose_name=_("Same within, h"), attrs={"td": {"class": "n"}})
    would_open = tables.Column(
        verbose_name=_("Would have opened in 90 days"), attrs={"td": {"class": "n"}}
    )
    active = tables.TemplateColumn(
        "{% load i18n ui %}{% if record.active %}{% state 'active' _('In force') %}"
        "{% else %}{% state 'withdrawn' _('Withdrawn') %}{% endif %}",
        verbose_name=_("State"),
    )

    empty_title = _("No unit has terms of its own")
    empty_text = _(
        "What is shipped holds: 3 bad results among 5 open an incident, 6 good ones in a row are "
        "a recovery, what comes back within 24 hours is the same. Security and privacy open at "
        "once."
    )

    class Meta(RecordTable.Meta):
        model = SignalRule
        fields = (
            "unit",
            "family",
            "kind_of",
            "opens",
            "close_after",
            "reopen_hours",
            "would_open",
            "active",
        )

    def render_family(self, record: SignalRule) -> Any:
        """As people say it."""
        return FAMILIES.get(record.family, record.family) or _("All")

    def value_family(self, record: SignalRule) -> str:
        """As exported."""
        return record.family

    def render_opens(self, record: SignalRule) -> Any:
        """Such as “3 of 5”."""
        return _("%(k)s of %(n)s") % {"k": record.k, "n": record.n}

    def value_kind_of(self, record: SignalRule) -> str:
        """As exported."""
        return record.kind_of

    def value_active(self, record: SignalRule) -> bool:
        """As exported."""
        return record.active


class RuleFilter(filters.FilterSet):
    """Kind and family."""

    kind_of = filters.ChoiceFilter(label=_("Kind"), choices=KINDS, empty_label=_("All"))
    family = filters.ChoiceFilter(
        label=_("Checks"), choices=lambda: family_choices(_("All"))[1:], empty_label=_("All")
    )

    class Meta:
        model = SignalRule
        fields = ("kind_of", "family")
