"""data.freshness: is the table recent, without gaps, and labelled in time?"""

import statistics
from math import sqrt
from typing import Any

from evaluations.checks.specs.data import FRESHNESS
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    fact,
    unknown,
)
from evaluations.engine.findings import number as words
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

HOUR = 3600
TIMES = frozenset({"date", "timestamp"})
MOST_PERIODS = 20_000
FEWEST_PERIODS = 8
SHOWN = 90


def seconds(table: Expression, column: str) -> Expression:
    """A date or time as whole seconds since 1970, UTC."""
    return table[column].cast("timestamp").epoch_seconds().cast("int64")


class DataFreshness:
    """Rows, labels and lags per period of the declared cadence."""

    spec = FRESHNESS

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        """The length of a period in seconds, longer than the cadence when there were too many."""
        if schema.get(roles.time) not in TIMES:
            return {}
        table = rows_of(schema)
        at = seconds(table, roles.time)
        row = query(table.agg(low=at.min(), high=at.max()))
        if row["low"][0] is None:
            return {}
        period = max(1, round(params["cadence_hours"] * HOUR))
        span = int(row["high"][0]) - int(row["low"][0])
        return {"period": max(period, span // MOST_PERIODS + 1)}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        if not baseline or schema.get(roles.time) not in TIMES:
            return {}
        table = rows_of(schema)
        marked = table.mutate(at=seconds(table, roles.time))
        marked = marked.filter(marked.at.notnull())
        labelled = schema.get(roles.label_time) in TIMES
        if labelled:
            marked = marked.mutate(lag=seconds(marked, roles.label_time) - marked.at)
        marked = marked.mutate(b=(marked.at / baseline["period"]).floor().cast("int64"))
        sums: dict[str, Expression] = {
            "k": marked.count(), "lo": marked["at"].min(), "hi": marked["at"].max(),
        }  # fmt: skip
        if roles.y_true in schema:
            sums["y"] = marked[roles.y_true].count()
        if labelled:
            lag = marked.lag
            sums["lagged"], sums["lag"] = lag.count(), lag.sum().coalesce(0).cast("int64")
            sums["early"] = (lag < 0).cast("int64").sum().coalesce(0).cast("int64")
        return {"periods": Plan(("b",), marked.group_by("b").agg(**sums))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        periods = evidence.current.get("periods")
        if periods is None or not len(periods):
            column = evidence.roles.time
            reason = f"Column “{column}” holds no date or time, so nothing is known of its age"
            return decided([unknown("age", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        period = int(evidence.baseline["period"])
        drafts = [_age(periods, evidence.at, period, params), *_gaps(periods, params)]
        drafts += _volume(periods, params)
        if evidence.at:
            drafts.append(_future(periods, evidence.at, period))
        drafts += _labels(periods)
        shown = drafts[0].estimate
        return decided(conclude(drafts), f"The newest row is {words(shown)} periods old, no gaps")


def _age(periods: Aggregate, at: float, period: int, params: Params) -> Finding:
    n = periods.total("k")
    if not at:
        return unknown("age in periods", "", n, "It is not known when this was looked at")
    age = max(0.0, (at - max(periods.columns["hi"])) / period)
    limits = Limits(params["age_warn"], params["age_fail"])
    return fact("age in periods", "", age, n, limits, "time of the run less the newest row")


def _gaps(periods: Aggregate, params: Params) -> list[Finding]:
    seen = periods.columns["b"]
    whole = seen[-1] - seen[0] + 1
    limits = Limits(params["gap_warn"], params["gap_fail"])
    share = (whole - len(seen)) / whole
    return [fact("periods without rows", "", share, periods.total("k"), limits, "counted",
                 detail={"table": _table(periods)})]  # fmt: skip


def _table(periods: Aggregate) -> dict[str, Any]:
    rows = [[str(b), k] for b, k in zip(periods.columns["b"], periods.columns["k"], strict=True)]
    return {"title": "Rows per period", "head": ["Period", "n"], "rows": rows[-SHOWN:]}


def _volume(periods: Aggregate, params: Params) -> list[Finding]:
    """How unusual the last complete period is, in robust standard deviations."""
    counts = periods.columns["k"][:-1]
    if len(counts) < FEWEST_PERIODS:
        return []
    last, earlier = counts[-1], counts[:-1]
    middle = statistics.median(earlier)
    spread = statistics.median(abs(k - middle) for k in earlier) * 1.4826
    pull = abs(last - middle) / max(spread, sqrt(max(middle, 1.0)))
    limits = Limits(params["volume_warn"], params["volume_fail"])
    method = "distance from the median over the median deviation"
    return [fact("volume of the last period", "", pull, int(last), limits, method)]


def _future(periods: Aggregate, at: float, period: int) -> Finding:
    columns = periods.columns
    n = periods.total("k")
    later = sum(k for b, k in zip(columns["b"], columns["k"], strict=True) if b * period > at)
    return fact("rows from the future", "", later / n, n, Limits(0.0, 0.01),
                "in periods that begin after the run: a wrong clock")  # fmt: skip


def _labels(periods: Aggregate) -> list[Finding]:
    """Share of rows without a label, mean lag of labels in hours, labels before their row."""
    n = periods.total("k")
    found = []
    if "y" in periods.columns:
        share = 1 - periods.total("y") / n
        found.append(fact("rows without a label", "", share, n, None, "counted"))
    if "lagged" in periods.columns and (lagged := periods.total("lagged")):
        mean = periods.total("lag") / lagged / HOUR
        found.append(fact("hours until the label", "", mean, lagged, None, "mean"))
        early = periods.total("early") / lagged
        found.append(fact("labels before their row", "", early, lagged, Limits(0.0, 0.01),
                          "a wrong clock, or the outcome was known"))  # fmt: skip
    return found
