"""privacy.k_anonymity: how many people share each combination of quasi-identifiers?"""

import ibis

from evaluations.checks import marks
from evaluations.checks.specs.privacy import K_ANONYMITY
from evaluations.engine.expressions import rows_of
from evaluations.engine.findings import Decision, Limits, Outcome, conclude, decided, fact, unknown
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

KEPT = 20_000
SHOWN = (1, 2, 3, 4, 5, 10, 20, 50)


class PrivacyKAnonymity:
    """Rows per fingerprint of the quasi-identifiers."""

    spec = K_ANONYMITY

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {"every": marks.freeze(query, rows_of(schema), KEPT)}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        columns = [c for c in roles.quasi if c in schema]
        table = rows_of(schema)
        # Of somebody of whom nothing is known nothing can be told; such rows protect nobody.
        table = table.filter(ibis.or_(*[table[c].notnull() for c in columns]))
        counted = marks.repeated(table, columns, schema, baseline["every"])
        return {"sizes": Plan(("h",), counted)}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        sizes = [int(k) for k in evidence.current["sizes"].columns["k"]]
        every = int(evidence.baseline["every"])
        columns = " × ".join(evidence.roles.quasi)
        if not sizes:
            reason = "No row with a value fell into the sample, so group sizes are not known"
            return decided([unknown("smallest group", columns, 0, reason)], "")
        n = sum(sizes)
        small = sum(k for k in sizes if k < params["k_warn"])
        rows = [[f"at least {k}", sum(s for s in sizes if s >= k)] for k in SHOWN]
        method = "counted" if every == 1 else f"on one of {every} fingerprints"
        smallest = fact(
            "smallest group",
            columns[:300],
            float(min(sizes)),
            n,
            Limits(params["k_warn"], params["k_fail"], "below"),
            method,
            detail={
                "table": {"title": "People by size of their group", "head": ["Group", "n"],
                          "rows": rows}
            },
        )  # fmt: skip
        if every > 1 and smallest.outcome is Outcome.PASS:
            reason = f"No small group is in the sample of one in {every}; smaller ones may exist"
            smallest = unknown("smallest group", columns[:300], n, reason)
        share = fact("share of people in small groups", columns[:300], small / n, n, None, method)
        return decided(conclude([smallest, share]), f"Every group has {min(sizes)} people or more")
