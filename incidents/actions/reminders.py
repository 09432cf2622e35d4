"""Reminders of deadlines: rows that are sent once, however often or seldom the sweep runs."""

import datetime as dt
import logging

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.actions.common import record
from incidents.clocks.engine import reminders
from incidents.clocks.pack import utc
from incidents.models import Notice, NotificationClock, Reminder
from incidents.queries.clocks import due_reminders, people_to_remind
from ledger.actions import Act, action
from ledger.errors import Refused

log = logging.getLogger(__name__)

_AT_ONCE = 500


def set_reminders(act: Act, clock: NotificationClock) -> None:
    """Make the reminders of the deadline that holds now and cancel those of another one.

    Points that lie behind are left out, but the deadline itself is always reminded of.
    """
    wanted: dict[str, tuple[str, dt.datetime]] = {}
    now = timezone.now()
    if clock.is_ticking and clock.due_at is not None and clock.started_at is not None:
        for point, at in reminders(clock.due_at, clock.started_at):
            if at > now or point == "due":
                wanted[f"clock:{clock.pk}:{utc(clock.due_at)}:{point}"] = (point, at)
    known = {one.once: one for one in Reminder.objects.filter(clock=clock)}
    for key, (point, at) in wanted.items():
        one = known.get(key) or Reminder(clock=clock, once=key, point=point, at=at)
        if one._state.adding or (one.cancelled_at is not None and one.sent_at is None):
            one.cancelled_at = None
            act.save(one, event="incidents.reminder.set")
    for key, one in known.items():
        if key not in wanted and one.sent_at is None and one.cancelled_at is None:
            one.cancelled_at = now
            act.save(one, event="incidents.reminder.cancelled")


def sweep_reminders(now: dt.datetime | None = None) -> int:
    """Send every reminder that is due and was not sent; returns how many were sent.

    The mark and the notices are one transaction, so a killed sweep has sent a reminder wholly or
    not at all. Of two sweeps one waits for the row, or fails on its version, and sends nothing.
    """
    service, moment, done = User.objects.service(), now or timezone.now(), 0
    for pk in list(due_reminders(moment).values_list("pk", flat=True)[:_AT_ONCE]):
        try:
            done += _send(service, pk, moment)
        except Refused as refused:
            log.error("Reminder %s is not sent yet: %s", pk, refused)
    return done


def put_away(*, by: User, notice: Notice) -> Notice:
    """Mark a notice as read. Only the person it is for can; doing it twice changes nothing."""
    if notice.person_id != by.pk:
        raise Refused(_("This notice is for somebody else."), code="not-yours", status=403)
    if notice.seen_at is None:
        notice.seen_at = timezone.now()
        with action("incidents.notice.seen", by=by) as act:
            act.save(notice)
    return notice


def _send(service: User, pk: int, now: dt.datetime) -> int:
    with action("incidents.reminder.sent", by=service) as act:
        one = due_reminders(now).filter(pk=pk).select_for_update().first()
        if one is None:
            return 0
        one.sent_at = now
        act.save(one)
        clock = NotificationClock.objects.select_related(
            "incident__unit", "incident__commander", "assessed_by"
        ).get(pk=one.clock_id)
        for person in people_to_remind(clock):
            act.save(Notice(reminder=one, person=person), event="incidents.notice.given")
        if one.point == "due" and clock.state == NotificationClock.State.RUNNING:
            clock.state = NotificationClock.State.LATE
            act.save(clock, event="incidents.clock.missed")
        record(act, service, clock.incident, _said(one, clock))
    return 1


def _said(one: Reminder, clock: NotificationClock) -> str:
    words = {"duty": str(clock), "due": utc(clock.due_at)}
    if one.point == "due":
        return _("Deadline reached and no notice recorded: %(duty)s, due %(due)s.") % words
    return _("Reminder: %(duty)s is due %(due)s.") % words
