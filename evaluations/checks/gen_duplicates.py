"""gen.duplicates: how many answers are near duplicates of another one?"""

from evaluations.checks import marks
from evaluations.checks.gen_match import reduced
from evaluations.checks.shares import share, text_of
from evaluations.checks.specs.generative import DUPLICATES
from evaluations.engine.expressions import rows_of
from evaluations.engine.findings import Decision, Limits, conclude, decided
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema


class GenDuplicates:
    """Rows per kept fingerprint of the reduced text."""

    spec = DUPLICATES

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {"every": marks.freeze(query, rows_of(schema))}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        plain = reduced(text_of(table, roles.answer, schema)).re_replace("[0-9]+", "0")
        texts = table.select(text=plain)
        texts = texts.filter(texts.text.length() > 0)
        every = int(baseline["every"])
        counted = marks.repeated(texts, ["text"], {"text": "text"}, every)
        return {"repeats": Plan(("h",), counted)}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        sizes = [int(k) for k in evidence.current["repeats"].columns["k"]]
        n, again = sum(sizes), sum(k for k in sizes if k > 1)
        every = int(evidence.baseline["every"])
        found = share(
            "near duplicates (heuristic)", again, n, Limits(params["warn"], params["fail"]),
            min_n=DUPLICATES.min_n,
            detail={"largest": max(sizes, default=0), "different": len(sizes), "every": every},
        )  # fmt: skip
        sampled = f" (one of {every:,} fingerprints)" if every > 1 else ""
        good = f"{again:,} of {n:,} answers{sampled} repeat another one"
        return decided(conclude([found]), good)
