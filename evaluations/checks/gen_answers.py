"""gen.answers: how long are answers, and how many are empty, refused or without a source?"""

from evaluations.checks import drift_grid
from evaluations.checks.ops_latency import quantile
from evaluations.checks.shares import at_least, at_most, hits, share, text_of
from evaluations.checks.specs.generative import ANSWERS
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import rows_of
from evaluations.engine.findings import Decision, Finding, conclude, decided, number
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

REFUSAL = (
    r"^[^a-z]*(i'?m (sorry|afraid|unable|not able)|i am (sorry|afraid|unable|not able)|sorry, "
    r"(but )?i|i (can't|cannot|can not|won't|will not)|as an ai|i apologi[sz]e)"
)
SOURCE = r"(https?://[^ ]+|\[[0-9]{1,3}\]|doi\.org/|\([a-z][a-z.& -]+,? (19|20)[0-9]{2}\))"
QUANTILES = {"p50": 0.5, "p95": 0.95}


class GenAnswers:
    """Grid of the lengths and counts of patterns; no text is kept."""

    spec = ANSWERS

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table = rows_of(schema)
        lengths = table.select(length=text_of(table, roles.answer, schema).length().cast("int64"))
        return {"grids": drift_grid.freeze(query, lengths, ["length"])}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        marked = table.select(text=text_of(table, roles.answer, schema).lower())
        counts = {
            "n": marked.count(),
            "empty": hits(marked.text.strip().length() == 0),
            "refusal": hits(marked.text.re_search(REFUSAL)),
            "source": hits(marked.text.re_search(SOURCE)),
        }
        lengths = table.select(length=text_of(table, roles.answer, schema).length().cast("int64"))
        plans = {"counts": Plan((), marked.agg(**counts))}
        if frozen := baseline["grids"].get("length"):
            plans["grid"] = Plan(("b", "a"), drift_grid.grid(lengths, "length", frozen))
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        counts, least = evidence.current["counts"], ANSWERS.min_n
        n = counts.total("n")
        drafts = [
            share("empty answers", counts.total("empty"), n, at_most(params["max_empty"]),
                  min_n=least),
            share("refusal phrases (heuristic)", counts.total("refusal"), n,
                  at_most(params["max_refusals"]), min_n=least),
            share("answers with a link or citation", counts.total("source"), n,
                  at_least(params["min_links"]), min_n=least),
        ]  # fmt: skip
        if "grid" in evidence.current:
            drafts += _lengths(evidence.current["grid"])
            if evidence.reference is not None:
                drafts.append(
                    drift_grid.finding(
                        "length in characters", evidence.reference["grid"],
                        evidence.current["grid"], params,
                    )
                )  # fmt: skip
        said = ", ".join(f"{f.metric} {number(f.estimate)}" for f in drafts[:4])
        nothing = f"{said}; no limit was declared, so nothing was judged"
        return decided(conclude(drafts), f"{said}: within the limits", nothing)


def _lengths(grid: Aggregate) -> list[Finding]:
    """The median and the long tail, recorded."""
    if not len(grid):
        return []
    found = []
    for name, at in QUANTILES.items():
        value, low, high = quantile(grid, at)
        found.append(
            Finding(f"length {name}", "", value, low, high, grid.total("k"),
                    "order statistics on the grid")
        )  # fmt: skip
    return found
