"""gen.reference_match: how many answers equal their reference, and in which sense?"""

from evaluations.checks.shares import at_least, hits, share, text_of
from evaluations.checks.specs.generative import MATCH
from evaluations.engine.expressions import rows_of
from evaluations.engine.findings import Decision, conclude, decided, number, unknown
from evaluations.engine.protocol import (
    Baseline,
    Evidence,
    Expression,
    Params,
    Plan,
    Query,
    Roles,
    Schema,
)

KINDS = {
    "exact": "equal to the letter",
    "normalised": "equal but for form",
    "contained": "reference contained",
    "number": "same last number",
}
LAST_NUMBER = r"(-?[0-9]+(\.[0-9]+)?)[^0-9]*$"
CLOSE = 1e-6


class GenMatch:
    """Counts of four ways to agree."""

    spec = MATCH

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        both = table.filter(table[roles.expected].notnull()).select(
            a=text_of(table, roles.answer, schema), e=text_of(table, roles.expected, schema)
        )
        both = both.filter(both.e.strip().length() > 0)
        marked = both.mutate(na=reduced(both.a), ne=reduced(both.e),
                             xa=_last(both.a), xe=_last(both.e))  # fmt: skip
        near = (marked.xa - marked.xe).abs() <= marked.xe.abs() * CLOSE
        counts = {
            "n": marked.count(),
            "exact": hits(marked.a == marked.e),
            "normalised": hits(marked.na == marked.ne),
            "contained": hits((marked.ne.length() > 0) & marked.na.contains(marked.ne)),
            "number": hits(near.coalesce(False)),
            "numbers": hits(marked.xe.notnull()),
        }
        return {"counts": Plan((), marked.agg(**counts))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        counts = evidence.current["counts"]
        if not counts.total("n"):
            return decided([unknown("answers", "", 0, "No row has a reference")], "")
        drafts = []
        for name, words in KINDS.items():
            n = counts.total("numbers" if name == "number" else "n")
            limits = at_least(params[f"min_{name}"])
            drafts.append(share(words, counts.total(name), n, limits, min_n=MATCH.min_n))
        said = ", ".join(f"{f.metric} {number(f.estimate)}" for f in drafts)
        nothing = f"{said}; no limit was declared, so nothing was judged"
        return decided(conclude(drafts), said, nothing)


def reduced(text: Expression) -> Expression:
    """Lower case, everything but letters and digits as single spaces, trimmed."""
    return text.lower().re_replace("[^[:alnum:]]+", " ").strip()


def _last(text: Expression) -> Expression:
    """The last number in a text; missing when there is none."""
    plain = text.replace(",", "")
    return plain.re_extract(LAST_NUMBER, 1).nullif("").cast("float64")
