"""Reading duties to notify."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from incidents.clocks.pack import pack, utc
from incidents.clocks.rules import Rule, rules
from incidents.models import (
    Incident,
    IncidentFact,
    Notice,
    NotificationClock,
    Reminder,
    Submission,
    TimelineEntry,
)
from incidents.queries.cases import record_of
from incidents.queries.incidents import responders

MAX_ENTRIES = 100


@dataclass(frozen=True)
class Duty:
    """A rule, and the clock of an incident for it, if it was assessed."""

    rule: Rule
    clock: NotificationClock | None

    @property
    def applies_now(self) -> bool:
        """Whether the rule applies today."""
        return self.rule.applies_on(timezone.now().date())


def clocks(by: Any) -> QuerySet[Any]:
    """Every clock that ``by`` may see, with what a line shows."""
    found: QuerySet[Any] = (
        NotificationClock.objects.all()
        .visible_to(by)
        .select_related("incident__unit", "assessed_by")
    )
    return found


def clocks_of(incident: Incident) -> list[NotificationClock]:
    """The assessed duties of an incident: those that run first, by deadline."""
    found = NotificationClock.objects.filter(incident=incident).select_related("assessed_by")
    return sorted(found, key=lambda one: (not one.is_ticking, one.due_at is None, one.due_at or 0))


def duties(incident: Incident) -> list[Duty]:
    """Every rule with the clock of ``incident`` for it."""
    known = {clock.rule_id: clock for clock in clocks_of(incident)}
    return [Duty(rule, known.get(rule.id)) for rule in rules().values()]


def facts_of(incident: Incident) -> list[IncidentFact]:
    """What was stated about the moments of an incident, earliest first."""
    return list(IncidentFact.objects.filter(incident=incident).select_related("stated_by"))


def moments(incident: Incident, rule: Rule) -> dict[str, dt.datetime]:
    """The moments from which ``rule`` may count: stated facts, and the notice it follows."""
    found = {one.fact: one.at for one in IncidentFact.objects.filter(incident=incident)}
    if rule.after:
        sent = Submission.objects.filter(clock__incident=incident, clock__rule_id=rule.after)
        last = sent.order_by("-number").first()
        if last is not None:
            found["previous_sent"] = last.sent_at
    return found


def submissions_of(clock: NotificationClock) -> QuerySet[Any]:
    """What was sent for ``clock``, first to last."""
    return Submission.objects.filter(clock=clock).select_related("sent_by")


def reminders_of(clock: NotificationClock) -> QuerySet[Any]:
    """The reminders of ``clock``, also those that were cancelled."""
    return Reminder.objects.filter(clock=clock)


def due_reminders(now: dt.datetime) -> QuerySet[Any]:
    """Reminders that are to be sent at ``now`` and were not yet, however late that is."""
    due: QuerySet[Any] = Reminder.objects.filter(sent_at=None, cancelled_at=None, at__lte=now)
    return due.order_by("at", "pk")


def notices_for(user: Any) -> QuerySet[Any]:
    """What reminders tell ``user`` and he has not put away, newest first."""
    seen: QuerySet[Any] = Notice.objects.all().visible_to(user).filter(person=user, seen_at=None)
    return seen.select_related("reminder__clock__incident")


def people_to_remind(clock: NotificationClock) -> list[User]:
    """Who leads the response and who assessed the duty; without them all who may work on it."""
    incident = clock.incident
    known = {one.pk: one for one in (incident.commander, clock.assessed_by) if one is not None}
    able = [
        one
        for one in known.values()
        if one.is_active
        and not one.is_service
        and can(one, Permission.INCIDENT_EDIT, incident.unit_id)
    ]
    return able or list(responders(incident))


def pack_of(clock: NotificationClock) -> dict[str, Any]:
    """The pre-filled pack of a clock as it is now. No person is named in it."""
    incident = clock.incident
    entries = TimelineEntry.objects.filter(incident=incident).order_by("happened_at", "pk")
    return pack(
        clock.frozen,
        record_of(incident),
        [
            {"fact": one.get_fact_display(), "at": utc(one.at), "zone": one.zone, "note": one.note}
            for one in facts_of(incident)
        ],
        [{"at": utc(one.happened_at), "text": one.text} for one in entries[:MAX_ENTRIES]],
        {"due_at": utc(clock.due_at), "basis": clock.basis, "zone": clock.zone},
    )
