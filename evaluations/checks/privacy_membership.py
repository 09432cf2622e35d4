"""privacy.membership: can somebody tell from the scores who was in the training data?"""

import numpy as np

from evaluations.checks import scores
from evaluations.checks.specs.privacy import MEMBERSHIP
from evaluations.engine.expressions import is_label, level, number, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    unknown,
)
from evaluations.engine.intervals import Z95, upper_tail
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema
from evaluations.engine.ranking import Floats, ScoreBins, auc

MIN_EACH = 500
MEMBERS = ("1", "true", "yes", "member", "train", "training")
FEW_ALARMS = 0.01


class PrivacyMembership:
    """Members and others per bin of the chance given to the true label."""

    spec = MEMBERSHIP

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        seen = level(table, roles.member, schema[roles.member]).lower()
        marked = table.mutate(
            t=is_label(table, roles.y_true, schema[roles.y_true], roles.positive),
            s=number(table, roles.y_score),
            y=seen.isin(MEMBERS).cast("int64"),
        )
        marked = marked.filter(marked.t.notnull() & marked.y.notnull() & marked.s.between(0, 1))
        marked = marked.mutate(sure=(marked.t == 1).ifelse(marked.s, 1 - marked.s))
        marked = marked.mutate(b=scores.bin_of(marked.sure, {"low": 0.0, "high": 1.0}))
        return {"bins": Plan(("b",), scores.counted(marked, "sure"))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        bins = ScoreBins.of(evidence.current["bins"])
        found = auc(bins.positive, bins.negative, bins.point)
        n = bins.positives + bins.negatives
        if found is None:
            column = evidence.roles.member
            reason = (
                f"“{column}” must tell members (1, yes, train) from others, and both must occur"
            )
            outcome = Outcome.NOT_APPLICABLE
            return decided([unknown("attack AUC", "", n, reason, outcome)], "")
        half = Z95 * found.spread + found.error
        limits = Limits(params["warn"], params["fail"])
        attack = Finding(
            metric="attack AUC",
            slice="",
            estimate=found.value,
            low=max(0.0, found.value - half),
            high=min(1.0, found.value + half),
            n=n,
            method="loss attack, DeLong on bins",
            limits=limits,
            p=upper_tail((found.value - 0.5) / max(found.spread, 1e-12)),
            enough=min(bins.positives, bins.negatives) >= MIN_EACH,
        )
        advantage, at_few = _curve(bins.positive, bins.negative)
        findings = conclude(
            [
                attack,
                Finding("attack advantage", "", advantage, None, None, n, "largest TPR less FPR"),
                Finding("TPR at 1 % FPR", "", at_few, None, None, n, "on bins"),
            ]
        )
        return decided(findings, "The loss attack tells members from others no better than chance")


def _curve(members: Floats, others: Floats) -> tuple[float, float]:
    """Largest TPR - FPR, and TPR at 1 % FPR, over thresholds of confidence."""
    tpr = np.concatenate([[0.0], np.cumsum(members[::-1]) / members.sum()])
    fpr = np.concatenate([[0.0], np.cumsum(others[::-1]) / others.sum()])
    return float((tpr - fpr).max()), float(np.interp(FEW_ALARMS, fpr, tpr))
