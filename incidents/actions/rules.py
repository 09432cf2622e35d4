"""A unit sets the terms by which its monitors open incidents, once it has seen what they do."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import can
from evaluations.listing import families
from incidents.actions.common import required
from incidents.models import SignalRule
from incidents.queries.rules import REPLAY_DAYS, Replayed, replay_rule
from incidents.signals.deciding import LONGEST, Kind, Terms
from ledger.actions import action
from ledger.errors import Refused, StaleWrite

LONGEST_REOPEN_HOURS = 24 * 90


def replay_terms(*, by: User, unit: Unit, family: str, kind: str, terms: Terms) -> Replayed:
    """What ``terms`` would have opened in the last 90 days. Changes nothing.

    Raises ``Refused`` for terms that make no sense and ``PermissionDenied`` for whoever may not
    see the unit.
    """
    if not can(by, Permission.RECORD_VIEW, unit):
        raise PermissionDenied(_("Your roles do not include this unit."))
    _check(family, kind, terms)
    return replay_rule(unit, family, Kind(kind), terms)


def enable_rule(
    *,
    by: User,
    unit: Unit,
    family: str,
    kind: str,
    terms: Terms,
    would_open: int | None,
    reason: str,
    version: int | None = None,
) -> SignalRule:
    """Let ``terms`` hold for a family of checks (empty: all) in ``unit`` and below.

    ``would_open`` is the figure that the person saw in the replay; it is worked out again here.
    ``version`` is the version of the rule that was read, when there is one. Raises ``Refused``
    when there was no replay or it says something else by now, for terms that make no sense and
    without a reason; ``StaleWrite`` when somebody changed the rule meanwhile.
    """
    require(by, Permission.INCIDENT_RULE, unit.pk)
    _check(family, kind, terms)
    reason = required(reason, "reason", _("Say why these terms fit."))
    found = replay_rule(unit, family, Kind(kind), terms)
    if would_open is None or would_open != found.opened:
        raise Refused(
            _("Replay before enabling: these terms would have opened %(n)s incidents.")
            % {"n": found.opened},
            code="replay-first",
            field="would_open",
        )
    rule = SignalRule.objects.filter(unit=unit, family=family, kind_of=kind).first()
    if version is not None and (rule is None or rule.version != version):
        raise StaleWrite(_("Somebody else saved this record meanwhile. Load it again."))
    rule = rule or SignalRule(unit=unit, family=family, kind_of=kind)
    rule.k, rule.n = terms.k, terms.n
    rule.close_after, rule.reopen_hours = terms.close_after, terms.reopen_hours
    rule.active, rule.enabled_by = True, by
    rule.would_open, rule.replay_days = found.opened, REPLAY_DAYS
    with action("incidents.rule.enabled", by=by, reason=reason) as act:
        act.save(rule)
    return rule


def withdraw_rule(*, by: User, rule: SignalRule, reason: str) -> SignalRule:
    """Let what holds above the unit, or what is shipped, hold again.

    Raises ``Refused`` without a reason, and with 409 when it is not in force.
    """
    require(by, Permission.INCIDENT_RULE, rule.unit_id)
    reason = required(reason, "reason", _("Say why."))
    if not rule.active:
        raise Refused(_("This rule is not in force."), code="conflict", status=409)
    rule.active = False
    with action("incidents.rule.withdrawn", by=by, reason=reason) as act:
        act.save(rule)
    return rule


def _check(family: str, kind: str, terms: Terms) -> None:
    if family and family not in families():
        raise Refused(_("There is no family of checks of that name."), field="family")
    if kind not in set(Kind):
        raise Refused(_("Choose what the signal is about."), field="kind")
    if not 1 <= terms.k <= terms.n <= LONGEST:
        raise Refused(
            _("Bad results lie between 1 and the number looked at, which is at most %(n)s.")
            % {"n": LONGEST},
            field="k",
        )
    if not 1 <= terms.close_after <= LONGEST:
        raise Refused(
            _("Write a number between 1 and %(n)s.") % {"n": LONGEST}, field="close_after"
        )
    if not 0 <= terms.reopen_hours <= LONGEST_REOPEN_HOURS:
        raise Refused(
            _("Write a number of hours up to %(n)s.") % {"n": LONGEST_REOPEN_HOURS},
            field="reopen_hours",
        )
