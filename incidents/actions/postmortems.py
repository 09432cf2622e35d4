"""Every write about postmortems: answers, learnings, review, publication."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from frameworks.identifiers import canonical_key
from incidents import states
from incidents.actions.common import record, require_on, required, set_state
from incidents.models import Incident, Learning, Postmortem, PublishedPostmortem
from incidents.queries import postmortems as queries
from ledger.actions import Act, action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from ledger.merge import Clash, merge_fields
from ledger.transitions import NoTransition, Transition, step
from vault.actions import store

MAX_LEARNINGS = 50
MAX_SUBCATEGORIES = 20


@dataclass(frozen=True)
class Saved:
    """What became of a save: the answers as stored, and those that two people changed.

    With clashes, ``other`` is who had saved before, and ``other_at`` when.
    """

    postmortem: Postmortem
    clashes: tuple[Clash, ...] = ()
    changed: frozenset[str] = frozenset()
    other: User | None = None
    other_at: datetime | None = None


def save_postmortem(
    *,
    by: User,
    incident: Incident,
    mine: Mapping[str, str],
    base: Mapping[str, str],
    keep: frozenset[str] = frozenset(),
) -> Saved:
    """Merge answers into what is stored, per field; the first save begins the postmortem.

    ``base`` holds what the person had seen, nothing where it is silent. A field that somebody
    else changed meanwhile stays as it is and is reported as a clash, unless named in ``keep``.
    Raises ``Refused`` (409) while it is under review or published, and for an unknown field.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    mine, base = _tidy(mine), dict.fromkeys(Postmortem.FIELDS, "") | _tidy(base)
    with action("incidents.postmortem.saved", by=by) as act:
        held = _draft(incident, by)
        merge = merge_fields(base, mine, held.answers, keep)
        before = (held.saved_by, held.updated_at) if merge.clashes else (None, None)
        if merge.changed:
            for name in merge.changed:
                setattr(held, name, merge.final[name])
            held.saved_by = by
            _keep(act, by, held)
    return Saved(held, merge.clashes, merge.changed, *before)


def add_learning(
    *, by: User, incident: Incident, factor: str, text: str, subcategories: list[str]
) -> Learning:
    """Note what a contributing factor teaches and which subcategories it speaks to.

    Raises ``Refused`` for an unknown factor, empty text, no or unknown subcategories, and (409)
    while the postmortem is under review or published.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    text = required(text, "text", _("Say what it teaches."))
    if factor not in Learning.Factor.values:
        raise Refused(_("Choose a factor from the list."), field="factor")
    keys = known_subcategories(subcategories)
    with action("incidents.learning.noted", by=by) as act:
        held = _draft(incident, by)
        if Learning.objects.filter(incident=incident).count() >= MAX_LEARNINGS:
            raise Refused(_("More than 50 learnings are read by nobody. Merge some."), field="text")
        if held._state.adding:
            _keep(act, by, held)
        found = Learning(
            incident=incident, factor=factor, text=text, subcategories=keys, noted_by=by
        )
        act.save(found)
        record(act, by, incident, _("Learning: %(text)s") % {"text": text})
    return found


def remove_learning(*, by: User, learning: Learning) -> None:
    """Take back a learning that was never published. Raises ``Refused`` (409) otherwise."""
    incident = learning.incident
    require_on(by, Permission.INCIDENT_EDIT, incident)
    with action("incidents.learning.removed", by=by) as act:
        _draft(incident, by)
        if learning.published_at is not None:
            raise Refused(
                _("It was published. Add another learning that says what is right."),
                code="conflict",
                status=409,
            )
        act.delete(learning)
        said = _("Learning taken back: %(text)s") % {"text": learning.text}
        record(act, by, incident, said)


def submit_postmortem(*, by: User, incident: Incident) -> Postmortem:
    """Freeze the whole document and give it to review; the incident goes to review with it.

    Raises ``Refused`` (``obstacle``) with what is missing, and (409) when it is no draft.
    """
    with action("incidents.postmortem.submitted", by=by) as act:
        held = _held(incident, by)
        _step(by, held, "submit")
        lacking = queries.missing(incident, None if held._state.adding else held)
        if lacking:
            raise Refused(" ".join(lacking), code="obstacle")
        held.depth = queries.depth_for(incident)
        body = canonical(queries.document_of(incident, held.answers))
        why = f"postmortem of {incident.reference}"
        held.file = store(io.BytesIO(body), media_type="application/json", by=by, why=why)
        held.digest = sha256_hex(body)
        held.submitted_at, held.saved_by = timezone.now(), by
        act.save(held)
        if incident.state == states.RESOLVED:
            set_state(incident, states.IN_REVIEW, by=by)
            act.save(incident, event="incidents.incident.sent-to-review")
        record(act, by, incident, _("Postmortem sent to review."))
    return held


def take_back_postmortem(*, by: User, incident: Incident) -> Postmortem:
    """Go on writing before anybody reviewed it. Raises ``Refused`` (409) otherwise."""
    return _moved(by, incident, "take_back", "taken-back", _("Postmortem taken back to write on."))


def return_postmortem(*, by: User, incident: Incident, reason: str) -> Postmortem:
    """A reviewer who took no part says what is missing. Raises ``Refused`` without a reason."""
    _check_reviewer(by, incident)
    said = _("Postmortem returned by its reviewer: %(why)s")
    return _moved(by, incident, "return", "returned", said, reason)


def publish_postmortem(
    *, by: User, incident: Incident, digest: str, note: str = ""
) -> PublishedPostmortem:
    """A reviewer who took no part publishes exactly the document whose ``digest`` he saw.

    From now on answers of assessments to the subcategories of its learnings are stale. Raises
    ``PermissionDenied`` for a participant, and ``Refused`` (409) when it is not under review or
    another document was sent meanwhile.
    """
    _check_reviewer(by, incident)
    with action("incidents.postmortem.published", by=by, reason=note.strip()) as act:
        held = _held(incident, by)
        _step(by, held, "publish")
        if digest != held.digest or held.file is None:
            raise Refused(
                _("Another document was sent meanwhile. Read it first."),
                code="conflict",
                status=409,
            )
        act.save(held)
        number = PublishedPostmortem.objects.filter(postmortem=held).count() + 1
        made = PublishedPostmortem(
            postmortem=held, number=number, file=held.file, digest=held.digest,
            note=note.strip(), reviewed_by=by, submitted_by=held.saved_by,
        )  # fmt: skip
        act.save(made)
        for learning in Learning.objects.filter(incident=incident, published_at=None):
            learning.published_at = timezone.now()
            act.save(learning, event="incidents.learning.published")
        said = _("Postmortem published, version %(number)s, SHA-256 %(digest)s.")
        record(act, by, incident, said % {"number": number, "digest": held.digest})
    return made


def revise_postmortem(*, by: User, incident: Incident, reason: str) -> Postmortem:
    """Write a further version; what was published stays. Raises ``Refused`` without a reason."""
    said = _("Postmortem opened again: %(why)s")
    return _moved(by, incident, "revise", "revised", said, reason)


def waive_postmortem(*, by: User, incident: Incident, reason: str) -> Postmortem:
    """Say why none is written. Raises ``Refused`` for a severe incident and without a reason."""
    require_on(by, Permission.INCIDENT_EDIT, incident)
    reason = required(reason, "reason", _("Say why none is needed."))
    if queries.depth_for(incident) == Postmortem.Depth.FULL:
        raise Refused(_("A severe incident needs its postmortem."), code="obstacle")
    with action("incidents.postmortem.waived", by=by, reason=reason) as act:
        held = _held(incident, by)
        _step(by, held, "waive")
        held.waived_reason, held.saved_by = reason, by
        act.save(held)
        record(act, by, incident, _("No postmortem: %(why)s") % {"why": reason})
    return held


def write_postmortem(*, by: User, incident: Incident) -> Postmortem:
    """Write one after all although it was waived. Raises ``Refused`` (409) otherwise."""
    return _moved(by, incident, "write", "begun", _("A postmortem is written after all."))


def known_subcategories(written: list[str]) -> list[str]:
    """Identifiers as the AI RMF prints them, each once. Raises ``Refused`` for none or unknown."""
    try:
        keys = list(dict.fromkeys(canonical_key(one.strip()) for one in written if one.strip()))
    except ValueError as error:
        text = _("“%(key)s” is no subcategory. Write such as MEASURE 2.4.")
        raise Refused(text % {"key": str(error)[:60]}, field="subcategories") from error
    if not 0 < len(keys) <= MAX_SUBCATEGORIES:
        raise Refused(_("Name 1 to 20 subcategories that it speaks to."), field="subcategories")
    unknown = queries.unknown_subcategories(keys)
    if unknown:
        text = _("The AI RMF has no subcategory %(key)s.")
        raise Refused(text % {"key": unknown[0][:60]}, field="subcategories")
    return keys


def _moved(
    by: User, incident: Incident, verb: str, done: str, said: str, reason: str = ""
) -> Postmortem:
    """Take a step that changes nothing but the state."""
    with action(f"incidents.postmortem.{done}", by=by, reason=reason.strip()) as act:
        held = _held(incident, by)
        transition = _step(by, held, verb)
        if transition.needs_reason:
            reason = required(reason, "reason", _("Say why, for whoever reads this later."))
        act.save(held)
        record(act, by, incident, said % {"why": reason} if reason else said)
    return held


def _held(incident: Incident, by: User) -> Postmortem:
    """The postmortem, read under a lock of its incident; a new draft when there is none."""
    Incident.objects.select_for_update().filter(pk=incident.pk).first()
    found = queries.postmortem_of(incident)
    return found or Postmortem(
        incident=incident, depth=queries.depth_for(incident), author=by, saved_by=by
    )


def _draft(incident: Incident, by: User) -> Postmortem:
    held = _held(incident, by)
    if held.state != Postmortem.State.DRAFT:
        raise _impossible(held)
    return held


def _keep(act: Act, by: User, held: Postmortem) -> None:
    fresh = held._state.adding
    act.save(held)
    if fresh:
        record(act, by, held.incident, _("Postmortem begun."))


def _step(by: User, held: Postmortem, verb: str) -> Transition:
    """Enter the next state of the table, if the table and the roles of ``by`` allow it."""
    try:
        transition = step(states.POSTMORTEM, held.state, verb)
    except NoTransition as error:
        raise _impossible(held) from error
    require_on(by, Permission(transition.permission), held.incident)
    held.state = transition.target
    return transition


def _check_reviewer(by: User, incident: Incident) -> None:
    require_on(by, Permission.INCIDENT_REVIEW, incident)
    if by.pk in queries.participants(incident):
        raise PermissionDenied(
            _("You took part in this incident. Somebody who did not has to review it.")
        )


def _impossible(held: Postmortem) -> Refused:
    return Refused(
        _("This is not possible while the postmortem is “%(state)s”. Load the page again.")
        % {"state": held.get_state_display()},
        code="conflict",
        status=409,
    )


def _tidy(values: Mapping[str, str]) -> dict[str, str]:
    """Values as they are stored: one kind of line end, since browsers send CRLF."""
    unknown = sorted(set(values) - set(Postmortem.FIELDS))
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(unknown), code="unknown-field")
    return {name: str(value).replace("\r\n", "\n").replace("\r", "\n")
            for name, value in values.items()}  # fmt: skip
