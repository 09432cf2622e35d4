"""Answering the intake."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.errors import Refused
from ledger.merge import Merge, merge_fields
from models_registry.actions.systems import check_system
from models_registry.intake import (
    UnansweredQuestions,
    answers_of,
    compute_tier,
    stored,
)
from models_registry.models import AISystem

OVERRIDE = ("tier_override", "reason")


def kept_intake(system: AISystem) -> dict[str, Any]:
    """What ``system`` keeps of its intake: an answer by question, the override and its reason.

    A tier that a person chose before the intake was answered counts as an override, so that the
    intake does not quietly replace it.
    """
    chosen = system.tier is not None and system.tier != system.tier_computed
    return {
        **answers_of(system.intake),
        "tier_override": system.tier if chosen else None,
        "reason": system.tier_reason if chosen else "",
    }


def answer_intake(
    *,
    by: User,
    system: AISystem,
    answers: Mapping[str, str],
    tier_override: int | None = None,
    reason: str = "",
    base: Mapping[str, Any] | None = None,
) -> Merge:
    """Store ``answers`` (question → choice), the tier that follows, or ``tier_override``.

    ``base`` holds the answers that the person saw, as ``kept_intake`` names them; what somebody
    else answered meanwhile is merged per question, and a ``Merge`` with clashes means that nothing
    was stored. Without ``base`` the answers replace what is stored. Raises ``Refused`` for a
    question without an answer, and for an override without a reason of one's own.
    """
    require(by, Permission.SYSTEM_EDIT, system.unit_id)
    _refuse_unanswered(answers)
    mine = {**answers, "tier_override": tier_override, "reason": reason.strip()}
    with action("models_registry.system.intake-answered", by=by) as act:
        system.refresh_from_db()
        theirs = kept_intake(system)
        merge = merge_fields(theirs if base is None else base, mine, theirs)
        if merge.changed and not merge.clashes:
            _apply(system, merge.final)
            act.save(system)
    return merge


def _refuse_unanswered(answers: Mapping[str, str]) -> None:
    try:
        compute_tier(answers)
    except UnansweredQuestions as missing:
        raise Refused(
            _("Choose one of the answers. If you cannot tell, choose “Not known yet”."),
            code="unanswered",
            field=missing.keys[0],
        ) from missing


def _apply(system: AISystem, final: Mapping[str, Any]) -> None:
    answers = {name: value for name, value in final.items() if name not in OVERRIDE}
    tiering = compute_tier(answers)
    override = final["tier_override"]
    system.intake = stored(answers)
    system.tier_computed = tiering.tier
    system.tier = tiering.tier if override is None else override
    system.tier_reason = tiering.reason() if override is None else final["reason"]
    if override == tiering.tier and not final["reason"]:
        system.tier_reason = tiering.reason()
    try:
        check_system(system)
    except Refused as refused:
        field = "reason" if refused.field == "tier_reason" else refused.field
        raise Refused(refused.message, code=refused.code, field=field) from refused
