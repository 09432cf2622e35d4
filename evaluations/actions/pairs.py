"""The paired test of a challenger against its champion."""

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations.actions.runs import start_checks
from evaluations.comparing import PAIRED, compare_runs
from evaluations.models import CheckRun
from ledger.errors import Refused


def pair_runs(*, by: User, champion: CheckRun, challenger: CheckRun) -> CheckRun:
    """Start ``perf.baseline`` on the rows that both runs looked at.

    Raises Refused unless both read the same table, with the same label and two predictions.
    """
    require(by, Permission.CHECK_RUN, challenger.model_version.model.unit_id)
    table = challenger.current
    if table is None or not compare_runs(champion, challenger).can_be_paired:
        raise Refused(
            _("A paired test needs one table with the label and the predictions of both models."),
            code="no-pairs",
        )
    roles = {name: challenger.roles.get(name, "") for name in ("y_true", "y_pred", "positive")}
    (run,) = start_checks(
        by=by, version=challenger.model_version, current=table, reference=None,
        roles={**roles, "y_base": champion.roles["y_pred"]}, checks=[PAIRED], params={},
    )  # fmt: skip
    return run
