"""Every write about duties to notify: facts, assessments, notices."""

import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from incidents.actions.common import check_past, record, require_on, required
from incidents.actions.reminders import set_reminders
from incidents.clocks.engine import Due, NotStarted, due
from incidents.clocks.pack import utc
from incidents.clocks.rules import Rule, plain_rule, rules
from incidents.models import Fact, Incident, IncidentFact, NotificationClock, Submission
from incidents.queries.clocks import moments, pack_of
from ledger.actions import Act, action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from vault.actions import store

State = NotificationClock.State


def state_fact(
    *,
    by: User,
    incident: Incident,
    fact: str,
    at: dt.datetime,
    zone: str = "UTC",
    note: str = "",
) -> IncidentFact:
    """State when something was the case, or correct it; every clock that counts from it follows.

    Raises ``Refused`` for an unknown fact or zone and for a moment in the future.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    if fact not in Fact.values:
        raise Refused(_("Choose one of the listed facts."), field="fact")
    check_zone(zone)
    check_past(at, "at")
    stated = IncidentFact.objects.filter(incident=incident, fact=fact).first()
    before = utc(stated.at) if stated is not None else ""
    stated = stated or IncidentFact(incident=incident, fact=fact)
    stated.at, stated.zone, stated.note, stated.stated_by = at, zone, note.strip(), by
    with action("incidents.fact.stated", by=by, reason=note.strip()) as act:
        act.save(stated)
        record(act, by, incident, _fact_said(stated, before))
        for clock in NotificationClock.objects.filter(incident=incident).select_for_update():
            if clock.is_ticking and fact in clock.frozen.starts:
                _count(act, by, clock, "incidents.clock.recomputed")
    return stated


def assess_duty(
    *,
    by: User,
    incident: Incident,
    rule: str,
    applies: bool,
    reason: str = "",
    zone: str = "",
) -> NotificationClock:
    """Say whether a duty applies. If it does its clock runs from the facts that are stated.

    Raises ``Refused`` for an unknown rule, when it does not apply and no reason is given, when no
    fact is stated that it counts from, or when a notice was sent already (409).
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    found = rules().get(rule)
    if found is None:
        raise Refused(_("There is no such rule. Load the page again."), field="rule")
    if zone:
        check_zone(zone)
    reason = reason.strip()
    if not applies:
        reason = required(reason, "reason", _("Say why it does not apply."))
    clock = NotificationClock.objects.filter(incident=incident, rule_id=rule).first()
    if clock is not None and clock.state == State.SENT:
        raise Refused(_("A notice was sent already."), code="conflict", status=409)
    clock = clock or NotificationClock(incident=incident, rule_id=rule)
    clock.rule, clock.zone, clock.reason, clock.assessed_by = plain_rule(found), zone, reason, by
    with action("incidents.clock.assessed", by=by, reason=reason) as act:
        if applies:
            _count(act, by, clock, "incidents.clock.started")
        else:
            _stop(act, by, clock, State.NOT_APPLICABLE, _("%(duty)s does not apply: %(why)s"))
    return clock


def withdraw_clock(*, by: User, clock: NotificationClock, reason: str) -> NotificationClock:
    """Stop a clock that should not run. Raises ``Refused`` without a reason or when it is over."""
    require_on(by, Permission.INCIDENT_EDIT, clock.incident)
    clock.reason = required(reason, "reason", _("Say why it is withdrawn."))
    if not clock.is_ticking:
        raise Refused(_("Only a running clock can be withdrawn."), code="conflict", status=409)
    with action("incidents.clock.withdrawn", by=by, reason=clock.reason) as act:
        _stop(act, by, clock, State.WITHDRAWN, _("%(duty)s is withdrawn: %(why)s"))
    return clock


def record_submission(
    *,
    by: User,
    clock: NotificationClock,
    sent_at: dt.datetime | None = None,
    recipient: str = "",
    reference: str = "",
    text: str = "",
    note: str = "",
) -> Submission:
    """Freeze a notice as it was sent and stop the clock; the clocks of follow-up reports start.

    ``text`` is what was sent, word for word; the pack of that moment is frozen with it. Raises
    ``Refused`` for a time in the future and (409) for a clock that never ran.
    """
    require_on(by, Permission.INCIDENT_EDIT, clock.incident)
    _check_sendable(clock, sent_at)
    at = sent_at or timezone.now()
    frozen = {**pack_of(clock), "sent_at": utc(at), "text": text.strip(), "note": note.strip()}
    with action("incidents.submission.recorded", by=by) as act:
        sent = Submission(
            clock=clock,
            number=Submission.objects.filter(clock=clock).count() + 1,
            sent_at=at,
            recipient=recipient.strip() or clock.frozen.recipient,
            reference=reference.strip(),
            note=note.strip(),
            was_late=clock.due_at is not None and at > clock.due_at,
            sent_by=by,
        )
        _freeze(sent, canonical(frozen))
        act.save(sent)
        clock.sent_at = clock.sent_at or at
        _stop(act, by, clock, State.SENT, _("Notice sent: %(duty)s."))
        _start_followers(act, by, clock)
    return sent


def _check_sendable(clock: NotificationClock, sent_at: dt.datetime | None) -> None:
    if not clock.is_ticking and clock.state != State.SENT:
        raise Refused(
            _("This clock does not run. Assess the duty first."), code="conflict", status=409
        )
    check_past(sent_at, "sent_at")


def _freeze(sent: Submission, body: bytes) -> None:
    """Keep the bytes of a notice; the row names their digest."""
    why = f"notice of clock {sent.clock_id}"
    sent.file = store(io.BytesIO(body), media_type="application/json", by=sent.sent_by, why=why)
    sent.digest = sha256_hex(body)


def check_zone(zone: str) -> None:
    """Raise ``Refused`` unless ``zone`` is a name of the time zone database."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        text = _("There is no time zone of that name. Write one such as Europe/Brussels.")
        raise Refused(text, field="zone") from error


def _start_followers(act: Act, by: User, clock: NotificationClock) -> None:
    """Reports that are due some time after this notice, counted from the last one sent."""
    for rule in rules().values():
        if rule.after != clock.rule_id:
            continue
        known = NotificationClock.objects.filter(incident=clock.incident, rule_id=rule.id).first()
        if known is not None and not known.is_ticking:
            continue
        follower = known or NotificationClock(incident=clock.incident, rule_id=rule.id)
        follower.rule, follower.zone, follower.assessed_by = plain_rule(rule), clock.zone, by
        _count(act, by, follower, "incidents.clock.started")


def _count(act: Act, by: User, clock: NotificationClock, event: str) -> None:
    """Work out the deadline anew; the timeline says the old and the new one."""
    rule = clock.frozen
    try:
        found = due(rule, moments(clock.incident, rule), clock.zone)
    except NotStarted as error:
        raise Refused(_missing(rule), code="no-start", field="applies") from error
    except OverflowError as error:
        raise Refused(_("That is too far in the future to count from."), field="at") from error
    before, fresh = clock.due_at, clock._state.adding
    clock.state = State.RUNNING if found.at > timezone.now() else State.LATE
    clock.start_fact, clock.started_at = found.start, found.started_at
    clock.due_at, clock.lenient_at, clock.basis = found.at, found.lenient, _basis(rule, found)
    act.save(clock, event=event)
    set_reminders(act, clock)
    words = {"duty": str(clock), "old": utc(before), "new": utc(found.at)}
    said = _("%(duty)s is due %(new)s.") % words
    if not fresh and before is not None and before != found.at:
        said = _("%(duty)s is now due %(new)s instead of %(old)s.") % words
    record(act, by, clock.incident, said)


def _stop(act: Act, by: User, clock: NotificationClock, state: str, said: str) -> None:
    clock.state = state
    act.save(clock)
    set_reminders(act, clock)
    record(act, by, clock.incident, said % {"duty": str(clock), "why": clock.reason})


def _basis(rule: Rule, found: Due) -> dict[str, Any]:
    return {
        "start": found.start,
        "started_at": utc(found.started_at),
        "length": found.length,
        "unit": found.unit,
        "calendar": rule.calendar if found.unit in ("day", "business_day") else "",
        "lenient_at": utc(found.lenient),
        "cautions": list(found.cautions),
    }


def _missing(rule: Rule) -> str:
    if rule.after:
        previous = rules()[rule.after].title
        return _("It counts from another notice. Record that one first: %(title)s.") % {
            "title": previous
        }
    names = " / ".join(str(Fact(name).label) for name in rule.starts)
    return _("State first when this was: %(facts)s.") % {"facts": names}


def _fact_said(stated: IncidentFact, before: str) -> str:
    words = {"fact": stated.get_fact_display(), "new": utc(stated.at), "old": before}
    if before and before != words["new"]:
        return _("%(fact)s: %(new)s instead of %(old)s.") % words
    return _("%(fact)s: %(new)s.") % words
