"""Who leads, who writes, who speaks, and who may see a private incident."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from accounts.roles import Role
from incidents.actions.common import record, require_on
from incidents.models import Incident, IncidentReader
from ledger.actions import Act, action
from ledger.errors import Refused

PARTS = ("commander", "scribe", "liaison")


def name_commander(*, by: User, incident: Incident, commander: User) -> Incident:
    """Say who leads the response.

    Raises ``Refused`` when that person may not work on incidents of this unit.
    """
    return _name(by, incident, "commander", commander, _("Command handed over to"), "handed-over")


def name_scribe(*, by: User, incident: Incident, scribe: User) -> Incident:
    """Say who keeps the timeline. Raises ``Refused`` as ``name_commander`` does."""
    return _name(by, incident, "scribe", scribe, _("The timeline is kept by"), "scribe-named")


def name_liaison(*, by: User, incident: Incident, liaison: User) -> Incident:
    """Say who speaks with those outside. Raises ``Refused`` as ``name_commander`` does."""
    text = _("Those outside are spoken to by")
    return _name(by, incident, "liaison", liaison, text, "liaison-named")


def set_access(
    *, by: User, incident: Incident, private: bool, people: Iterable[User], roles: Iterable[str]
) -> Incident:
    """Make the incident private to ``people`` and ``roles`` of its unit, or open to the unit.

    Whoever declared it and whoever has a part in it keep seeing it, and so does ``by``. Raises
    ``Refused`` for a person who may not see the unit or an unknown role.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    wanted = _wanted(by, incident, people, roles) if private else set()
    with action("incidents.incident.access-changed", by=by) as act:
        incident.private = private
        act.save(incident)
        _store_readers(act, incident, wanted)
        text = _("Made private.") if private else _("Open to the unit again.")
        record(act, by, incident, text)
    return incident


def _name(by: User, incident: Incident, part: str, person: User, text: str, event: str) -> Incident:
    require_on(by, Permission.INCIDENT_EDIT, incident)
    if not can(person, Permission.INCIDENT_EDIT, incident.unit_id):
        raise Refused(
            _("This person's roles do not allow working on this incident. Choose another."),
            field=part,
        )
    setattr(incident, part, person)
    with action(f"incidents.incident.{event}", by=by) as act:
        act.save(incident)
        # A reference, not the name: the ledger keeps every word of the text for ever.
        record(act, by, incident, text, person=person)
    return incident


def _wanted(
    by: User, incident: Incident, people: Iterable[User], roles: Iterable[str]
) -> set[tuple[int | None, str]]:
    named = {person.pk: person for person in (*people, by)}
    for person in named.values():
        if not can(person, Permission.RECORD_VIEW, incident.unit_id):
            raise Refused(
                _("%(person)s may not see this unit.") % {"person": person}, field="people"
            )
    unknown = set(roles) - {role.value for role in Role}
    if unknown:
        raise Refused(_("Choose roles from the list."), field="roles")
    return {(pk, "") for pk in named} | {(None, role) for role in roles}


def _store_readers(act: Act, incident: Incident, wanted: set[tuple[int | None, str]]) -> None:
    stored = {(reader.user_id, reader.role): reader for reader in incident.readers.all()}
    for key in sorted(set(stored) - wanted, key=str):
        act.delete(stored[key], event="incidents.reader.removed")
    for user_id, role in sorted(wanted - set(stored), key=str):
        reader = IncidentReader(incident=incident, user_id=user_id, role=role)
        act.save(reader, event="incidents.reader.named")
