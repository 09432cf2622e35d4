"""artifact.safety: what the scans in the registry say of the files of the version."""

from evaluations.checks.specs.security import ARTIFACTS
from evaluations.engine.findings import Decision, Finding, Outcome, decided, unknown
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

OUTCOMES = {
    "clean": Outcome.PASS,
    "findings": Outcome.FAIL,
    "unscanned": Outcome.INCONCLUSIVE,
    "error": Outcome.INCONCLUSIVE,
}
WORDS = {
    "clean": "the scan found nothing",
    "findings": "the scan found code or imports that are not on the list of what is allowed",
    "unscanned": "it was never scanned",
    "error": "the scan failed, so nothing is known",
}


class ArtifactSafety:
    """Judges the registry's own records; no table is read."""

    spec = ARTIFACTS

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        return {}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        files = evidence.current["files"].columns
        names = ("path", "digest", "verdict", "loading", "waived")
        rows = list(zip(*(files[name] for name in names), strict=True))
        if not rows:
            reason = "The version has no files, so there is nothing to scan"
            return decided([unknown("files", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        findings = [_file(*row) for row in rows]
        return decided(findings, f"All {len(rows)} files were scanned and nothing was found")


def _file(path: str, digest: str, verdict: str, loading: str, waived: int) -> Finding:
    """A waiver turns a failure into a warning; it never makes a file clean."""
    outcome = OUTCOMES.get(verdict, Outcome.INCONCLUSIVE)
    words = WORDS.get(verdict, "its verdict is not known")
    if waived and outcome is Outcome.FAIL:
        outcome, words = Outcome.WARN, f"{words}, and a waiver holds"
    elif outcome is Outcome.PASS and loading == "code":
        words += "; loading it may run code all the same"
    found = unknown("scan", path[:300], 1, f"{path}: {words}", outcome)
    return Finding(**{**found.__dict__, "method": "verdict of the registry's scanners",
                      "detail": {"digest": digest, "loading": loading}})  # fmt: skip
