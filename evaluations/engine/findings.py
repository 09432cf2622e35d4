"""Findings and the rule that turns a figure with its interval into a verdict.

The rule (evaluation design, section 2): a figure fails only when it is past the fail limit,
its whole interval is past the warn limit and its adjusted p-value is below 0.05; it passes
only when its whole interval is on the good side of the warn limit. Everything between is
inconclusive, because "we could not see it" is not a pass.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from math import isfinite
from typing import Any, Literal

ALPHA = 0.05
# (z of 97.5 % + z of 80 %) / (2 · z of 97.5 %): width of an interval to what it can detect.
DETECTABLE = (1.959963984540054 + 0.8416212335729143) / (2 * 1.959963984540054)


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105
    WARN = "warn"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    NOT_APPLICABLE = "not_applicable"


# Worst first; not_applicable counts only when there is nothing else.
ORDER: tuple[Outcome, ...] = (
    Outcome.ERROR,
    Outcome.FAIL,
    Outcome.WARN,
    Outcome.INCONCLUSIVE,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)


@dataclass(frozen=True)
class Limits:
    """Warn and fail limits of a figure; `worse` says on which side the bad values lie."""

    warn: float
    fail: float
    worse: Literal["above", "below"] = "above"


@dataclass(frozen=True)
class Finding:
    """One figure: metric × slice with its uncertainty, limits and verdict.

    `outcome` is None for a figure that is recorded but not judged. `p` is the raw p-value of
    the null "no change" (or "the criterion is met"), `p_adjusted` the Benjamini-Hochberg one
    within the run. `enough` is False below the minimum number of rows.
    """

    metric: str
    slice: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    method: str
    limits: Limits | None = None
    p: float | None = None
    p_adjusted: float | None = None
    enough: bool = True
    outcome: Outcome | None = None
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["outcome"] = self.outcome.value if self.outcome else None
        return data


@dataclass(frozen=True)
class Decision:
    """What a check concludes: its findings and one sentence."""

    findings: list[Finding]
    headline: str

    @property
    def verdict(self) -> Outcome:
        return worst(finding.outcome for finding in self.findings)


def worst(outcomes: Iterable[Outcome | None]) -> Outcome:
    """The worst judged outcome; inconclusive when nothing was judged at all."""
    seen = {outcome for outcome in outcomes if outcome is not None}
    return next((outcome for outcome in ORDER if outcome in seen), Outcome.INCONCLUSIVE)


def benjamini_hochberg(p_values: list[float]) -> list[float]:
    """Adjusted p-values in the given order (Benjamini & Hochberg 1995)."""
    count = len(p_values)
    adjusted = [1.0] * count
    smallest = 1.0
    for rank, index in sorted(
        enumerate(sorted(range(count), key=p_values.__getitem__), start=1), reverse=True
    ):
        smallest = min(smallest, p_values[index] * count / rank)
        adjusted[index] = smallest
    return adjusted


def judge(finding: Finding) -> Outcome | None:
    """Apply the decision rule to a finding whose p-value is already adjusted."""
    if finding.outcome is not None or finding.limits is None:
        return finding.outcome
    if not finding.enough or finding.estimate is None:
        return Outcome.INCONCLUSIVE
    if finding.low is None or finding.high is None:
        return Outcome.INCONCLUSIVE
    sign = 1.0 if finding.limits.worse == "above" else -1.0
    best, worst_end = sorted((sign * finding.low, sign * finding.high))
    estimate, warn, fail = (
        sign * v for v in (finding.estimate, finding.limits.warn, finding.limits.fail)
    )
    significant = finding.p_adjusted is not None and finding.p_adjusted < ALPHA
    if significant and estimate > fail and best > warn:
        return Outcome.FAIL
    if significant and estimate > warn:
        return Outcome.WARN
    return Outcome.PASS if worst_end <= warn else Outcome.INCONCLUSIVE


def conclude(drafts: list[Finding]) -> list[Finding]:
    """Adjust the p-values of one run's judged findings together, then judge each.

    Findings below their minimum n take no part in the adjustment: they are not tests.
    """
    tested = [i for i, f in enumerate(drafts) if f.p is not None and f.limits and f.enough]
    adjusted = benjamini_hochberg([float(drafts[i].p or 0.0) for i in tested])
    result = [_finite(finding) for finding in drafts]
    for index, value in zip(tested, adjusted, strict=True):
        result[index] = replace(result[index], p_adjusted=value)
    return [_explained(replace(finding, outcome=judge(finding))) for finding in result]


def _finite(finding: Finding) -> Finding:
    """Undefined and infinite figures become unknown; the smallest detectable change is noted."""
    known: dict[str, Any] = {
        name: value if value is not None and isfinite(value) else None
        for name in ("estimate", "low", "high", "p")
        for value in (getattr(finding, name),)
    }
    found = replace(finding, **known)
    if found.limits is None or found.low is None or found.high is None or found.high <= found.low:
        return found
    return replace(found, detail={**found.detail, "mdc": DETECTABLE * (found.high - found.low)})


def crossed(finding: Finding) -> float | None:
    """The limit that a sentence about a finding names: the fail limit of a failure, else warn."""
    if finding.limits is None:
        return None
    failed = finding.outcome is Outcome.FAIL
    return finding.limits.fail if failed else finding.limits.warn


def number(value: float | None) -> str:
    """A figure for a sentence: three significant digits at most, never in exponent form."""
    if value is None:
        return "unknown"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if 0 < value < 0.0005:
        return "<0.001"
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")


def _explained(finding: Finding) -> Finding:
    if finding.reason or finding.outcome is None or finding.limits is None:
        return finding
    where = f" for {finding.slice}" if finding.slice else ""
    spread = "" if finding.low == finding.high else f"{_span(finding)}, "
    what = f"{finding.metric}{where} is {number(finding.estimate)} ({spread}n {finding.n:,})"
    said = f"{what[0].upper()}{what[1:]}; {_why(finding, finding.limits)}."
    return replace(finding, reason=said)


def _span(finding: Finding) -> str:
    return f"{number(finding.low)}–{number(finding.high)}"


def _why(finding: Finding, limits: Limits) -> str:
    warn, fail = number(limits.warn), number(limits.fail)
    if finding.outcome is Outcome.FAIL and finding.low == finding.high:
        return f"it is past the limit {fail}"
    if finding.outcome is Outcome.FAIL:
        return f"it is past the limit {fail} and its whole interval is past {warn}"
    if finding.outcome is Outcome.WARN:
        return f"it is past the limit {warn}"
    if finding.outcome is Outcome.PASS and finding.low == finding.high:
        return f"it is on the good side of {warn}"
    if finding.outcome is Outcome.PASS:
        return f"its whole interval is on the good side of {warn}"
    if not finding.enough:
        return "there are too few rows to judge it"
    return f"the interval spans the limit {warn}, so the rows cannot tell"


def fact(
    metric: str, where: str, value: float, n: int, limits: Limits | None, method: str, **rest: Any
) -> Finding:
    """A figure that is counted, not estimated: its interval is the figure itself.

    It is no test, so it takes no part in the adjustment of p-values.
    """
    outcome = None
    if limits is not None:
        sign = 1.0 if limits.worse == "above" else -1.0
        warn, fail = sign * value > sign * limits.warn, sign * value > sign * limits.fail
        outcome = Outcome.FAIL if warn and fail else Outcome.WARN if warn else Outcome.PASS
    return Finding(
        metric, where, value, value, value, n, method, limits, **{"outcome": outcome, **rest}
    )


def unknown(
    metric: str, where: str, n: int, reason: str, outcome: Outcome = Outcome.INCONCLUSIVE
) -> Finding:
    """A figure that could not be computed, with the reason."""
    said = reason if reason.endswith(".") else reason + "."
    return Finding(metric, where, None, None, None, n, "not computed", outcome=outcome, reason=said)


def softened(findings: Iterable[Finding]) -> list[Finding]:
    """Failures as warnings, for checks that point at something but prove nothing."""
    return [replace(f, outcome=Outcome.WARN) if f.outcome is Outcome.FAIL else f for f in findings]


def decided(findings: list[Finding], good: str, nothing: str = "") -> Decision:
    """A decision whose sentence is the worst finding's reason, or `good` when all passed.

    `nothing` is said when no finding was judged at all.
    """
    verdict = worst(finding.outcome for finding in findings)
    same = [f for f in findings if f.outcome is verdict and f.reason]
    if verdict is Outcome.PASS:
        return Decision(findings, good)
    if not same:
        return Decision(findings, nothing or "Nothing was judged")
    first = same[0].reason.removesuffix(".")
    more = f"; and {len(same) - 1} more like it" if len(same) > 1 else ""
    return Decision(findings, first + more)
