"""Every write about corrective actions. Nobody closes his own."""

import datetime as dt
import logging

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from evaluations.checks.catalogue import CATALOGUE
from evaluations.models import CheckRun
from incidents import states
from incidents.actions.common import record, require_on, required
from incidents.models import ActionNotice, CorrectiveAction, Incident
from incidents.models.corrective import today
from incidents.queries import corrective as queries
from ledger.actions import Act, action
from ledger.errors import Refused
from ledger.models import Record
from ledger.transitions import NoTransition, step
from models_registry.models import Model

log = logging.getLogger(__name__)
_AT_ONCE = 500


def open_action(
    *,
    by: User,
    about: Record,
    title: str,
    owner: User,
    due_on: dt.date,
    aim: str = "prevent",
    priority: str = "medium",
    text: str = "",
    check_name: str = "",
    checked_model: Model | None = None,
) -> CorrectiveAction:
    """Something to be done about an incident, a finding, a risk or any other record of a unit.

    A passing run of ``check_name`` on any version of ``checked_model`` (by default the model of
    the incident) closes it. Raises ``PermissionDenied``, and ``Refused`` for empty words, a day
    that has passed, an owner who may not see the unit, or a check without a model.
    """
    incident = about if isinstance(about, Incident) else None
    unit_id = incident.unit_id if incident else about.unit_of()
    if unit_id is None:
        raise Refused(_("Actions belong to records of a unit."), field="about")
    _require_any(by, queries.WORKING, unit_id, incident)
    title = required(title, "title", _("Say what is to be done."))
    _check_plan(owner, unit_id, due_on)
    _check_choices(aim, priority)
    model = checked_model or _model_of(incident)
    _check_check(check_name, model, unit_id)
    subject, named = ("", "") if incident else (about.key, str(about)[:200])
    made = CorrectiveAction(
        unit_id=unit_id, incident=incident, subject=subject, subject_title=named, aim=aim,
        title=title[:300], text=text.strip(), priority=priority, owner=owner, due_on=due_on,
        check_name=check_name, checked_model=model if check_name else None, opened_by=by,
    )  # fmt: skip
    with action("incidents.action.opened", by=by) as act:
        act.save(made)
        said = _("Corrective action: %(title)s, due %(due)s.")
        _tell(act, by, made, said % {"title": made.title, "due": made.due_on})
    return made


def change_action(
    *,
    by: User,
    corrective: CorrectiveAction,
    seen: int,
    owner: User,
    due_on: dt.date,
    priority: str,
    reason: str,
) -> CorrectiveAction:
    """Give it to somebody else, another day or priority, with a reason.

    ``seen`` is the version that the person saw. Raises ``Refused`` (409) when somebody else saved
    it meanwhile or it is closed, and for an owner or a day as ``open_action`` does.
    """
    _require_any(by, queries.WORKING, corrective.unit_id, corrective.incident)
    reason = required(reason, "reason", _("Say why."))
    _check_owner(owner, corrective.unit_id)
    if due_on != corrective.due_on:
        _check_due(due_on)
    _check_choices(corrective.aim, priority)
    if corrective.state not in states.ACTION_UNFINISHED or seen != corrective.version:
        raise _stale()
    corrective.owner, corrective.due_on, corrective.priority = owner, due_on, priority
    with action("incidents.action.changed", by=by, reason=reason) as act:
        act.save(corrective)
        words = {"title": corrective.title, "due": due_on, "why": reason}
        _tell(act, by, corrective, _("Action changed: %(title)s, due %(due)s. %(why)s") % words)
    return corrective


def finish_action(*, by: User, corrective: CorrectiveAction, note: str = "") -> CorrectiveAction:
    """The owner, or whoever works there, says that it is done; that does not close it."""
    if by.pk != corrective.owner_id:
        _require_any(by, queries.WORKING, corrective.unit_id, corrective.incident)
    _step(corrective, "finish")
    corrective.ready_at, corrective.ready_by, corrective.note = timezone.now(), by, note.strip()
    said = _("Said to be done, to be verified: %(title)s. %(note)s")
    return _stored(by, corrective, "finished", said, note)


def verify_action(*, by: User, corrective: CorrectiveAction, note: str) -> CorrectiveAction:
    """A second person saw that it works. Raises ``PermissionDenied`` for the owner and for who
    said that it is done, and ``Refused`` without words on what was seen."""
    _check_second(by, corrective)
    note = required(note, "note", _("Say what you saw that shows it."))
    _step(corrective, "verify")
    corrective.closed_at, corrective.closed_by, corrective.note = timezone.now(), by, note
    said = _("Verified by a second person: %(title)s. %(note)s")
    return _stored(by, corrective, "verified", said, note)


def reject_action(*, by: User, corrective: CorrectiveAction, note: str) -> CorrectiveAction:
    """A second person saw that it is not done. Raises as ``verify_action`` does."""
    _check_second(by, corrective)
    note = required(note, "note", _("Say what is missing."))
    _step(corrective, "reject")
    corrective.ready_at = corrective.ready_by = None
    corrective.note = note
    return _stored(by, corrective, "rejected", _("Not done yet: %(title)s. %(note)s"), note)


def drop_action(*, by: User, corrective: CorrectiveAction, note: str) -> CorrectiveAction:
    """Not done, and why. Somebody other than the owner decides that. Raises as above."""
    if by.pk == corrective.owner_id:
        raise PermissionDenied(_("Somebody other than the owner decides that it is dropped."))
    _require_any(by, queries.VERIFYING, corrective.unit_id, corrective.incident)
    note = required(note, "note", _("Say why it is not done."))
    _step(corrective, "drop")
    corrective.note = note
    return _stored(by, corrective, "dropped", _("Dropped: %(title)s. %(note)s"), note)


def reopen_action(*, by: User, corrective: CorrectiveAction, note: str) -> CorrectiveAction:
    """It does not hold. Raises ``Refused`` without a reason and (409) when it is open."""
    _require_any(by, queries.VERIFYING, corrective.unit_id, corrective.incident)
    note = required(note, "note", _("Say what shows that it does not hold."))
    _step(corrective, "reopen")
    corrective.ready_at = corrective.closed_at = None
    corrective.ready_by = corrective.closed_by = None
    corrective.closing_run, corrective.note = None, note
    return _stored(by, corrective, "reopened", _("Open again: %(title)s. %(note)s"), note)


def close_proven_actions() -> int:
    """Close every action whose verifying check passed since it was said to be done.

    Returns how many. One that cannot be closed now is logged and tried at the next sweep.
    """
    service, done = User.objects.service(), 0
    for one in list(queries.waiting_for_a_check()[:_AT_ONCE]):
        run = queries.proving_run(one)
        if run is None or run.verdict != CheckRun.Verdict.PASS:
            continue
        try:
            _step(one, "verify")
            one.closed_at, one.closed_by, one.closing_run = timezone.now(), service, run
            said = _("The check passed, so it is closed: %(title)s. %(note)s")
            _stored(service, one, "proven", said, run.reference_number)
            done += 1
        except Refused as refused:
            log.error("Action %s is not closed yet: %s", one.pk, refused)
    return done


def remind_of_actions(day: dt.date | None = None) -> int:
    """Give every reminder that is due and was not given; returns how many.

    A unique constraint on action, person, due day and point makes that each is given once,
    however often the sweep runs; a run that was missed gives the latest point at the next.
    """
    service, moment, given = User.objects.service(), day or today(), 0
    for one in list(queries.to_remind(moment)[:_AT_ONCE]):
        point = queries.point_on(one, moment)
        people = {one.owner_id} | ({one.opened_by_id} if point == "late" else set())
        known = set(
            ActionNotice.objects.filter(corrective=one, due_on=one.due_on, point=point)
            .order_by().values_list("person_id", flat=True)
        )  # fmt: skip
        for person in sorted(people - known):
            notice = ActionNotice(corrective=one, person_id=person, due_on=one.due_on, point=point)
            try:
                with action("incidents.action.reminded", by=service) as act:
                    act.save(notice)
                given += 1
            except Refused as refused:
                log.info("Somebody else reminded of action %s: %s", one.pk, refused)
    return given


def put_notice_away(*, by: User, notice: ActionNotice) -> ActionNotice:
    """Mark a reminder as read. Only the person it is for can; doing it twice changes nothing."""
    if notice.person_id != by.pk:
        raise Refused(_("This notice is for somebody else."), code="not-yours", status=403)
    if notice.seen_at is None:
        notice.seen_at = timezone.now()
        with action("incidents.notice.seen", by=by) as act:
            act.save(notice)
    return notice


def _stored(by: User, one: CorrectiveAction, done: str, said: str, note: str) -> CorrectiveAction:
    with action(f"incidents.action.{done}", by=by, reason=note.strip()) as act:
        act.save(one)
        _tell(act, by, one, (said % {"title": one.title, "note": note.strip()}).strip())
    return one


def _tell(act: Act, by: User, one: CorrectiveAction, text: str) -> None:
    """The line in the timeline of its incident, if it is about one."""
    if one.incident is not None:
        record(act, by, one.incident, text)


def _step(one: CorrectiveAction, verb: str) -> None:
    try:
        one.state = step(states.ACTION, one.state, verb).target
    except NoTransition as error:
        raise Refused(
            _("This step is not possible while the action is “%(state)s”. Load the page again.")
            % {"state": one.get_state_display()},
            code="conflict",
            status=409,
        ) from error


def _check_second(by: User, one: CorrectiveAction) -> None:
    _require_any(by, queries.VERIFYING, one.unit_id, one.incident)
    if by.pk in (one.owner_id, one.ready_by_id):
        raise PermissionDenied(
            _("Somebody other than the owner and than who said that it is done has to verify it.")
        )


def _require_any(
    by: User, permissions: tuple[Permission, ...], unit_id: int, incident: Incident | None
) -> None:
    held = [one for one in permissions if can(by, one, unit_id)]
    if not held:
        raise PermissionDenied(_("Your roles do not include this in that unit."))
    if incident is not None:
        require_on(by, held[0], incident)


def _check_owner(owner: User, unit_id: int) -> None:
    if owner.is_service or not can(owner, Permission.RECORD_VIEW, unit_id):
        raise Refused(_("This person may not see the unit. Choose another."), field="owner")


def _check_due(day: dt.date) -> None:
    if day < today():
        raise Refused(_("That day has passed."), field="due_on")


def _check_plan(owner: User, unit_id: int, due_on: dt.date) -> None:
    _check_owner(owner, unit_id)
    _check_due(due_on)


def _check_choices(aim: str, priority: str) -> None:
    if aim not in CorrectiveAction.Aim.values or priority not in CorrectiveAction.Priority.values:
        raise Refused(_("Choose aim and priority from the lists."), field="priority")


def _model_of(incident: Incident | None) -> Model | None:
    version = incident.model_version if incident else None
    return version.model if version else None


def _check_check(name: str, model: Model | None, unit_id: int) -> None:
    if not name:
        return
    if name not in CATALOGUE:
        raise Refused(_("There is no such check."), field="check_name")
    if model is None or model.unit_id != unit_id:
        raise Refused(
            _("Name the model of the same unit on which the check has to pass."),
            field="checked_model",
        )


def _stale() -> Refused:
    return Refused(
        _("Somebody else saved this action meanwhile. Look at it and try again."),
        code="stale",
        status=409,
    )
