"""external.eval: do figures that another tool measured keep the limits declared for them?"""

from dataclasses import dataclass
from typing import Any

from evaluations.checks.specs.external import EXTERNAL
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    unknown,
)
from evaluations.engine.findings import number as words
from evaluations.engine.intervals import (
    Z95,
    above_maximum_p,
    below_minimum_p,
    upper_tail,
    wilson,
)
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

# Below this many samples a mean is not yet normal.
ENOUGH = 30
SHOWN = 4
NAMES = (
    "task",
    "metric",
    "value",
    "k",
    "n",
    "failed",
    "stderr",
    "problem",
    "warn",
    "fail",
    "worse",
)


@dataclass(frozen=True)
class Figure:
    """One row of the stored aggregate; counts are None when the file does not tell them."""

    task: str
    metric: str
    value: float | None
    k: int | None
    n: int | None
    failed: int
    stderr: float | None
    problem: str
    warn: float | None
    fail: float | None
    worse: str

    @property
    def limits(self) -> Limits | None:
        if self.warn is None or self.fail is None:
            return None
        return Limits(self.warn, self.fail, "below" if self.worse == "below" else "above")


class ExternalEval:
    """Judges what was imported; no table is read."""

    spec = EXTERNAL

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        return {}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        columns = evidence.current["metrics"].columns
        figures = [Figure(*row) for row in zip(*(columns[n] for n in NAMES), strict=True)]
        log = evidence.current["log"].columns
        tool, refused = str(log["tool"][0]), str(log["refused"][0])
        findings = conclude([_finding(figure, refused) for figure in figures])
        if refused:
            why = f"No figure of this file is judged, because {refused}"
            findings.insert(0, unknown("the log", "", 0, why))
        if left_out := log["left_out"][0]:
            why = f"{left_out:,} figures beyond the first {len(figures):,} were left out"
            findings.append(unknown("figures left out", "", 0, why))
        limited = sum(figure.limits is not None for figure in figures)
        said = ", ".join(_said(figure) for figure in figures[:SHOWN])
        return decided(
            findings,
            f"{tool}: {limited} of {limited} declared limits are kept; {said}",
            f"{tool}: {said}; no limit was declared, so nothing was judged",
        )


def _said(figure: Figure) -> str:
    where = f" of {figure.task[:60]}" if figure.task else ""
    return f"{figure.metric}{where} {words(figure.value)}"


def _doubt(figure: Figure, refused: str) -> str:
    """Why a figure must not be judged; empty when it may."""
    if refused:
        return f"it is not judged, because {refused}"
    if figure.failed:
        return f"{figure.failed:,} samples failed and nobody knows how they would have ended"
    if figure.problem:
        return figure.problem
    if not figure.n:
        return "the file does not tell how many samples there were"
    if figure.value is None:
        return "the file holds no number for it"
    if figure.k is None and figure.stderr is None:
        return "the file tells neither counts nor a standard error, so its uncertainty is unknown"
    return ""


def _finding(figure: Figure, refused: str) -> Finding:
    """The figure with its interval; inconclusive with the reason where there is a doubt."""
    doubt, limits = _doubt(figure, refused), figure.limits
    low, high, method = _interval(figure)
    return Finding(
        metric=figure.metric,
        slice=figure.task,
        estimate=figure.value,
        low=low,
        high=high,
        n=figure.n or 0,
        method=method,
        limits=limits,
        p=None if limits is None or doubt else _p(figure, limits),
        enough=not doubt and (figure.k is not None or (figure.n or 0) >= ENOUGH),
        outcome=Outcome.INCONCLUSIVE if limits and doubt else None,
        reason=f"{_said(figure)}: {doubt}." if doubt else "",
        detail=_detail(figure),
    )


def _detail(figure: Figure) -> dict[str, Any]:
    told = {"k": figure.k, "failed": figure.failed or None, "stderr": figure.stderr}
    return {name: value for name, value in told.items() if value is not None}


def _interval(figure: Figure) -> tuple[float | None, float | None, str]:
    if figure.k is not None and figure.n:
        low, high = wilson(figure.k, figure.n)
        return low, high, f"Wilson interval of {figure.k:,} of {figure.n:,}; score test"
    if figure.value is None or figure.stderr is None:
        return None, None, "as reported, without an error"
    half = Z95 * figure.stderr
    return figure.value - half, figure.value + half, "reported standard error; z test"


def _p(figure: Figure, limits: Limits) -> float:
    """One-sided p of "the warn limit is kept"."""
    if figure.k is not None and figure.n:
        test = below_minimum_p if limits.worse == "below" else above_maximum_p
        return test(figure.k, figure.n, min(max(limits.warn, 0.0), 1.0))
    sign = 1.0 if limits.worse == "above" else -1.0
    past = sign * ((figure.value or 0.0) - limits.warn)
    if not figure.stderr:
        return 0.0 if past > 0 else 1.0
    return upper_tail(past / figure.stderr)
