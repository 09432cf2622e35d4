"""gen.structure: are answers valid JSON of a shape that the reference had?"""

from typing import Any

import ibis

from evaluations.checks.marks import RANGE
from evaluations.checks.shares import hits, share, text_of
from evaluations.checks.specs.generative import STRUCTURE
from evaluations.engine.expressions import rows_of
from evaluations.engine.findings import Decision, Limits, conclude, decided
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

MOST_STRUCTURES = 2000
NUMBERS = r'"(U?BIGINT|DOUBLE|HUGEINT|UHUGEINT)"'


@ibis.udf.scalar.builtin(name="json_valid", signature=(("string",), "boolean"))
def json_valid(text: Any) -> Any:
    """Whether a text is JSON; the engine's own function."""


@ibis.udf.scalar.builtin(name="json_structure", signature=(("string",), "string"))
def json_structure(text: Any) -> Any:
    """Nested keys with their types; the engine's own function."""


class GenStructure:
    """Counts of valid answers and fingerprints of their structures."""

    spec = STRUCTURE

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        marked = _shaped(schema, roles)
        marked = marked.filter(marked.valid)
        counted = marked.group_by("shape").agg(k=marked.count())
        found = query(counted.order_by([ibis.desc("k"), "shape"]).limit(MOST_STRUCTURES))
        return {"shapes": sorted(int(value) for value in found["shape"])}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        marked = _shaped(schema, roles)
        known = marked.shape.isin(baseline["shapes"] or [-1])
        counts = {
            "n": marked.count(),
            "valid": hits(marked.valid),
            "objects": hits(marked.valid & marked.text.strip().startswith("{")),
            "unseen": hits(marked.valid & ~known),
        }
        return {"structures": Plan((), marked.agg(**counts))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        counts, least = evidence.current["structures"], STRUCTURE.min_n
        n, valid = counts.total("n"), counts.total("valid")
        limits = Limits(params["warn"], params["fail"])
        drafts = [
            share("invalid JSON", n - valid, n, limits, min_n=least),
            share("valid JSON that is no object", valid - counts.total("objects"), n, None,
                  min_n=least),
        ]  # fmt: skip
        if evidence.reference is not None:
            unseen = counts.total("unseen")
            drafts.append(share("structures that the reference never had", unseen, valid, limits,
                                min_n=least))  # fmt: skip
        shapes = len(evidence.baseline["shapes"])
        good = f"{valid:,} of {n:,} answers are valid JSON, in {shapes:,} known structures"
        return decided(conclude(drafts), good)


def _shaped(schema: Schema, roles: Roles) -> Expression:
    """Text, whether it is JSON, and the fingerprint of its structure (0 when it is none)."""
    table = rows_of(schema)
    marked = table.select(text=text_of(table, roles.answer, schema))
    marked = marked.mutate(valid=json_valid(marked.text))
    safe = marked.valid.ifelse(marked.text, "null")
    shape = json_structure(safe).cast("string").re_replace(NUMBERS, '"number"')
    hashed = ((shape.hash() % RANGE) + RANGE) % RANGE
    return marked.mutate(shape=hashed.cast("int64"))
