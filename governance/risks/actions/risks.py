"""Writing risks, measures and acceptances."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import can
from frameworks.identifiers import canonical_key
from governance.risks.models import (
    RATINGS,
    Acceptance,
    Harm,
    Risk,
    RiskMatrix,
    Treatment,
)
from governance.risks.queries import (
    incidents_for,
    matrix_for,
    raters,
    unknown_subcategories,
)
from ledger.actions import action, actor_key
from ledger.errors import Refused
from models_registry.models import AISystem

LONGEST_ACCEPTANCE = dt.timedelta(days=366)


def register_risk(*, by: User, unit: Unit, **values: Any) -> Risk:
    """A new risk of ``unit``, rated by its matrix; ``values`` are some of ``Risk.FIELDS``.

    Raises PermissionDenied, or Refused when an owner may not see the unit, a system belongs to
    another one, or a subcategory or harm is unknown.
    """
    require(by, Permission.RISK_EDIT, unit)
    owner = values.pop("owner", None) or by
    risk = Risk(unit=unit, registered_by=by, owner=owner, matrix=matrix_for(unit))
    put_values(by, risk, values)
    with action("governance.risk.registered", by=by) as act:
        act.save(risk)
    return risk


def edit_risk(
    *,
    by: User,
    risk: Risk,
    version: int | None = None,
    matrix: RiskMatrix | None = None,
    **values: Any,
) -> Risk:
    """Change fields of an open risk; ``version`` is the one that was seen.

    An acceptance lapses by itself when the rating that it was given for changes. With ``matrix``,
    the one in force, the risk is rated anew by it: then all six ratings must be said.
    """
    with action("governance.risk.edited", by=by) as act:
        held = _held(by, risk, Permission.RISK_EDIT)
        if version not in (None, held.version):
            raise Refused(
                _("Somebody else saved this risk meanwhile. Look at it and try again."),
                code="stale",
                status=409,
            )
        if matrix is not None:
            _rate_anew(held, matrix, values)
        put_values(by, held, values)
        act.save(held)
    return held


def close_risk(*, by: User, risk: Risk, reason: str) -> Risk:
    """Stop looking after a risk, with a reason; it stays readable."""
    _say_why(reason)
    with action("governance.risk.closed", by=by, reason=reason.strip()) as act:
        held = _held(by, risk, Permission.RISK_EDIT)
        held.state = Risk.State.CLOSED
        act.save(held)
    return held


def add_treatment(*, by: User, risk: Risk, title: str, owner: User, due_date: dt.date) -> Treatment:
    """A measure against a risk. Raises Refused for an owner who may not see it."""
    with action("governance.treatment.added", by=by) as act:
        held = _held(by, risk, Permission.RISK_EDIT)
        _check_owner(owner, held.unit_id)
        made = Treatment(risk=held, title=title.strip(), owner=owner, due_date=due_date)
        act.save(made)
    return made


def finish_treatment(*, by: User, treatment: Treatment) -> Treatment:
    """Say that a measure is done: whoever does it, or whoever edits risks."""
    if treatment.owner_id != by.pk:
        require(by, Permission.RISK_EDIT, treatment.risk.unit_id)
    with action("governance.treatment.done", by=by) as act:
        _held(by, treatment.risk, Permission.RECORD_VIEW)
        found: Treatment = treatment.reloaded()
        if found.done_on is not None:
            raise Refused(_("This measure is done already."), code="done", status=409)
        found.done_on = timezone.localdate()
        act.save(found)
    return found


def accept_risk(*, by: User, risk: Risk, reason: str, expires_on: dt.date) -> Acceptance:
    """Take the risk as it is rated now, until a day at most a year ahead.

    Never by its owner, by whoever registered it, or by whoever rated it since it was last
    accepted: the ledger is asked. Raises PermissionDenied, or Refused.
    """
    _say_why(reason)
    today = timezone.localdate()
    if not today < expires_on <= today + LONGEST_ACCEPTANCE:
        raise Refused(
            _("An acceptance ends after today and within a year."),
            code="expiry",
            field="expires_on",
        )
    with action("governance.risk.accepted", by=by, reason=reason.strip()) as act:
        held = _held(by, risk, Permission.RISK_ACCEPT)
        if by.pk in {held.owner_id, held.registered_by_id}:
            raise PermissionDenied(
                _("Somebody else accepts a risk than its owner and whoever registered it.")
            )
        if actor_key(by) in raters(held):
            raise PermissionDenied(_("You rated this risk. Somebody else accepts it."))
        likelihood, impact = held.now
        made = Acceptance(
            risk=held,
            accepted_by=by,
            reason=reason.strip(),
            expires_on=expires_on,
            likelihood=likelihood,
            impact=impact,
            matrix=held.matrix,
        )
        act.save(made)
    return made


def put_values(by: User, risk: Risk, values: dict[str, Any]) -> None:
    """Give ``risk`` these values without storing it. Raises Refused for what it cannot hold."""
    unknown = set(values) - set(Risk.FIELDS)
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(sorted(unknown)), code="unknown-field")
    for name, value in values.items():
        setattr(risk, name, value)
    if "owner" in values or risk._state.adding:
        _check_owner(risk.owner, risk.unit_id)
    system, incident = values.get("system"), values.get("incident")
    if system is not None and not AISystem.objects.filter(pk=system.pk, unit=risk.unit_id).exists():
        raise Refused(_("The system belongs to another unit."), code="other-unit", field="system")
    if incident is not None and not incidents_for(by).filter(pk=incident.pk).exists():
        raise Refused(_("There is no such incident."), code="incident", field="incident")
    check_ratings(risk)
    _check_words(risk)


def check_ratings(risk: Risk) -> None:
    """Raise Refused, naming the field, for a rating that the matrix of the risk does not have."""
    for name in RATINGS:
        value, steps = getattr(risk, name), risk.scale.steps(name.rpartition("_")[2])
        if value is not None and value not in dict(steps):
            raise Refused(
                _("The matrix goes from 1 to %(most)d.") % {"most": len(steps)},
                code="rating",
                field=name,
            )


def _rate_anew(risk: Risk, matrix: RiskMatrix, values: dict[str, Any]) -> None:
    if matrix != matrix_for(risk.unit):
        raise Refused(
            _("Another matrix is in force by now. Rate by that one."), code="matrix", status=409
        )
    if missing := set(RATINGS) - set(values):
        raise Refused(
            _("Rate all again: the steps of another matrix mean something else."),
            code="rating",
            field=min(missing),
        )
    risk.matrix = matrix


def _check_words(risk: Risk) -> None:
    strange = [one for one in risk.harms if one not in Harm.values]
    if strange:
        raise Refused(_("Unknown harms: %s") % ", ".join(map(str, strange))[:200], field="harms")
    try:
        risk.subcategories = list(dict.fromkeys(canonical_key(k) for k in risk.subcategories))
        unknown = unknown_subcategories(risk.subcategories) if risk.subcategories else []
    except ValueError as error:
        raise Refused(str(error)[:200], code="subcategory", field="subcategories") from error
    if unknown:
        raise Refused(
            _("The AI RMF has no %s.") % ", ".join(unknown)[:200],
            code="subcategory",
            field="subcategories",
        )


def _held(by: User, risk: Risk, permission: Permission) -> Risk:
    """The risk as stored now, locked. Raises PermissionDenied, or Refused when it is closed."""
    require(by, permission, risk.unit_id)
    found: Risk = Risk.objects.select_for_update().get(pk=risk.pk)
    if found.state == Risk.State.CLOSED:
        raise Refused(_("This risk is closed. Register it anew."), code="closed", status=409)
    return found


def _check_owner(owner: User, unit_id: int) -> None:
    if not owner.is_active or not can(owner, Permission.RECORD_VIEW, unit_id):
        raise Refused(
            _("The owner must be somebody who may see the unit."), code="owner", field="owner"
        )


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why."), code="reason-needed", field="reason")
