"""Following a playbook, and writing down whom it harmed and how much it decided."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from incidents.actions.common import check_past, impossible, record, require_on, required
from incidents.models import ChosenPlaybook, Exposure, Harm, Incident, StepTick
from incidents.playbooks import playbooks
from incidents.queries.rollback import is_over
from ledger.actions import action
from ledger.errors import Refused

_DAY = dt.timedelta(days=1)
LARGEST = 2**53 - 1


def choose_playbook(*, by: User, incident: Incident, playbook: str) -> ChosenPlaybook:
    """Follow a playbook; it is frozen with the incident.

    Raises ``Refused`` for an unknown one and (409) when the incident has ended or follows it.
    """
    _check_open(by, incident)
    found = playbooks().get(playbook)
    if found is None:
        raise Refused(_("There is no such playbook."), field="playbook")
    chosen = ChosenPlaybook(
        incident=incident, playbook_id=found.id, playbook=found.plain(), chosen_by=by
    )
    with action("incidents.playbook.chosen", by=by) as act:
        act.save(chosen)
        record(act, by, incident, _("Playbook: %(title)s.") % {"title": found.title})
    return chosen


def tick_step(
    *, by: User, chosen: ChosenPlaybook, step: str, outcome: str = "done", note: str = ""
) -> StepTick:
    """Say that a step is done, or is not needed and why. Its line in the timeline says so.

    Raises ``Refused`` for an unknown step, a step that is not needed for no reason, and (409)
    when somebody ticked it already or the incident has ended.
    """
    _check_open(by, chosen.incident)
    text = chosen.frozen.steps.get(step)
    if text is None or outcome not in StepTick.Outcome.values:
        raise Refused(_("There is no such step. Load the page again."), field="step")
    note = note.strip()
    if outcome == StepTick.Outcome.NOT_NEEDED:
        note = required(note, "note", _("Say why it is not needed."))
    if StepTick.objects.filter(chosen=chosen, step=step).exists():
        raise Refused(_("Somebody ticked this step already."), code="conflict", status=409)
    tick = StepTick(chosen=chosen, step=step, outcome=outcome, note=note, ticked_by=by)
    with action("incidents.step.ticked", by=by, reason=note) as act:
        act.save(tick)
        words = {"outcome": tick.get_outcome_display(), "text": text, "note": note}
        line = _("%(outcome)s: %(text)s %(note)s") % words
        record(act, by, chosen.incident, line.strip())
    return tick


def untick_step(*, by: User, tick: StepTick) -> None:
    """Take a tick back; the timeline keeps both."""
    incident = tick.chosen.incident
    _check_open(by, incident)
    text = tick.chosen.frozen.steps[tick.step]
    with action("incidents.step.unticked", by=by) as act:
        act.delete(tick)
        record(act, by, incident, _("Not done after all: %(text)s") % {"text": text})


def record_harm(
    *,
    by: User,
    incident: Incident,
    harm_kind: str,
    group: str,
    text: str,
    certainty: str,
    count: int | None = None,
    reversible: bool | None = None,
) -> Harm:
    """Write down whom it harmed, how, how many and how sure that is.

    Raises ``Refused`` for empty words, an unknown kind or certainty, or an impossible count.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    group = required(group, "group", _("Say who, without names of people."))
    text = required(text, "text", _("Say how it harmed them."))
    if harm_kind not in Harm.Kind.values or certainty not in Harm.Certainty.values:
        raise Refused(_("Choose kind and certainty from the lists."), field="harm_kind")
    _check_count(count, "count")
    harm = Harm(
        incident=incident, harm_kind=harm_kind, group=group[:300], text=text, count=count,
        certainty=certainty, reversible=reversible, noted_by=by,
    )  # fmt: skip
    with action("incidents.harm.recorded", by=by) as act:
        act.save(harm)
        record(act, by, incident, _("Harm: %(harm)s") % {"harm": _harm_words(harm)})
    return harm


def withdraw_harm(*, by: User, incident: Incident, harm: Harm, reason: str) -> Harm:
    """Say that a recorded harm was wrong; it stays readable. Raises ``Refused`` without a reason
    and (409) when it is withdrawn already."""
    require_on(by, Permission.INCIDENT_EDIT, incident)
    reason = required(reason, "reason", _("Say why it is withdrawn."))
    if harm.incident_id != incident.pk or harm.withdrawn_because:
        raise impossible(incident)
    harm.withdrawn_because = reason
    with action("incidents.harm.withdrawn", by=by, reason=reason) as act:
        act.save(harm)
        words = {"harm": harm, "why": reason}
        record(act, by, incident, _("Harm withdrawn: %(harm)s. %(why)s") % words)
    return harm


def record_exposure(
    *,
    by: User,
    incident: Incident,
    since: dt.datetime,
    until: dt.datetime,
    method: str,
    count: int | None = None,
    per_day: int | None = None,
) -> Exposure:
    """Write down how many decisions the bad version served between two moments.

    ``count`` is a number that was counted; without it ``per_day`` is multiplied by the days
    between the moments and marked as an estimate. A later record replaces an earlier one.
    Raises ``Refused`` without a number, without a method, or when the moments do not fit.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    method = required(method, "method", _("Say how the number is known."))
    if incident.model_version is None:
        raise Refused(_("The incident is not about one version."), field="count")
    if until < since:
        raise Refused(_("The end lies before the beginning."), field="until")
    check_past(until, "until")
    _check_count(count, "count")
    _check_count(per_day, "per_day")
    if count is None and per_day is None:
        raise Refused(_("Give the number, or how many a day."), field="count")
    estimated = count is None
    total = round((per_day or 0) * ((until - since) / _DAY)) if count is None else count
    _check_count(total, "per_day")
    found = Exposure(
        incident=incident, model_version=incident.model_version, since=since, until=until,
        per_day=per_day, count=total, estimated=estimated, method=method, noted_by=by,
    )  # fmt: skip
    with action("incidents.exposure.recorded", by=by) as act:
        act.save(found)
        words = {"count": total, "version": incident.model_version, "how": method}
        said = _("%(version)s served %(count)s decisions in that time. %(how)s")
        record(act, by, incident, said % words)
    return found


def _harm_words(harm: Harm) -> str:
    count = "" if harm.count is None else f" ({harm.count})"
    return f"{harm}{count}, {harm.get_certainty_display().lower()}. {harm.text}"


def _check_count(count: int | None, field: str) -> None:
    if count is not None and not 0 <= count <= LARGEST:
        raise Refused(_("Write a whole number that is not negative."), field=field)


def _check_open(by: User, incident: Incident) -> None:
    require_on(by, Permission.INCIDENT_EDIT, incident)
    if is_over(incident):
        raise impossible(incident)
