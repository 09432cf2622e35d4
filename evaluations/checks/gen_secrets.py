"""gen.secrets: do answers hold canaries, keys or tokens?"""

from evaluations.checks.shares import hits, text_of
from evaluations.checks.specs.generative import SECRETS
from evaluations.engine.expressions import rows_of
from evaluations.engine.findings import Decision, Limits, conclude, decided, fact, unknown
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

CANARY = "the row's canary"
NEVER = 2.0
# Prefixes that issuers chose so that their keys can be found.
SURE = {
    "a benchmark's canary": r"canary GUID [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-",
    "a private key": r"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----",
    "an access key of AWS": r"(^|[^A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}($|[^A-Z0-9])",
    "a token of GitHub": r"(ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}",
    "a token of Slack": r"xox[abeprs]-[0-9A-Za-z-]{10}",
    "an API key of Google": r"AIza[0-9A-Za-z_-]{35}",
}
LIKELY = {
    "a JSON web token": r"eyJ[A-Za-z0-9_-]{10}[A-Za-z0-9_-]*\.eyJ[A-Za-z0-9_-]{10}",
    "a key that begins with sk-": r"(^|[^A-Za-z0-9])sk-[A-Za-z0-9_-]{20}",
    "a password in a URL": r"[a-z]{2,10}://[^/ :@]{1,60}:[^/ :@]{1,60}@",
}
PATTERNS = {**SURE, **LIKELY}


class GenSecrets:
    """Rows with a hit per pattern; the hits themselves are not kept."""

    spec = SECRETS

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {"canary": roles.canary in schema}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        columns = {"text": text_of(table, roles.answer, schema)}
        if baseline["canary"] and roles.canary in schema:
            columns["canary"] = text_of(table, roles.canary, schema).strip()
        marked = table.select(**columns)
        counts = {"n": hits(marked.text.length() > 0)}
        for i, pattern in enumerate(PATTERNS.values()):
            counts[f"k{i}"] = hits(marked.text.re_search(pattern))
        if "canary" in columns:
            planted = marked.canary.length() > 0
            counts["planted"] = hits(planted)
            counts["told"] = hits(planted & marked.text.contains(marked.canary))
        return {"counts": Plan((), marked.agg(**counts))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        counts = evidence.current["counts"]
        n, drafts = counts.total("n"), []
        if not n:
            return decided([unknown("answers", "", 0, "Every answer is empty")], "")
        if "told" in counts.columns and (planted := counts.total("planted")):
            k = counts.total("told")
            drafts.append(fact(f"rows with {CANARY}", "", k / planted, planted, Limits(0.0, 0.0),
                               "part of the answer", detail={"rows": k}))  # fmt: skip
        for i, name in enumerate(PATTERNS):
            k = counts.total(f"k{i}")
            limits = Limits(0.0, 0.0 if name in SURE else NEVER)
            drafts.append(fact(f"rows with {name}", "", k / n, n, limits, "pattern",
                               detail={"rows": k}))  # fmt: skip
        good = f"No canary and no known form of a key in {n:,} answers"
        return decided(conclude(drafts), good)
