"""Limits that are declared for figures of other tools, one a line.

    acc >= 0.7
    hellaswag / acc_norm >= 0.75 warn 0.8
    dan.* / passed* >= 0.95

Task and metric may hold `*`; the first line that fits a figure counts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import isfinite

MOST_LINES = 200
LONGEST = 300
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?"
_LINE = re.compile(rf"(?P<what>[^<>=]+)(?P<sign>>=|<=)\s*(?P<fail>{_NUMBER})"
                   rf"(?:\s*,?\s*warn\s+(?P<warn>{_NUMBER}))?")  # fmt: skip


class BadLimit(ValueError):
    """A line that is no limit; the message says what is wrong with it."""


@dataclass(frozen=True)
class Limit:
    """What a figure must keep: at least (`worse` below) or at most (`worse` above)."""

    task: str
    metric: str
    worse: str
    fail: float
    warn: float
    line: str

    def fits(self, task: str, metric: str) -> bool:
        return fnmatchcase(metric, self.metric) and fnmatchcase(task, self.task)


def parse_limits(lines: Iterable[str]) -> list[Limit]:
    """Limits of lines; empty lines are skipped. Raises BadLimit."""
    found = [_parsed(line.strip()) for line in lines if line.strip()]
    if len(found) > MOST_LINES:
        raise BadLimit(f"{len(found)} limits are more than {MOST_LINES}")
    return found


def limit_for(limits: Sequence[Limit], task: str, metric: str) -> Limit | None:
    """The first limit that fits a figure."""
    return next((limit for limit in limits if limit.fits(task, metric)), None)


def _parsed(line: str) -> Limit:
    match = _LINE.fullmatch(line) if len(line) <= LONGEST else None
    if match is None:
        raise BadLimit(f"“{line[:80]}” is no limit; write one like “acc >= 0.7 warn 0.75”")
    task, slash, metric = match["what"].strip().rpartition(" / ")
    below = match["sign"] == ">="
    fail = float(match["fail"])
    warn = float(match["warn"]) if match["warn"] else fail
    if not isfinite(fail) or not isfinite(warn) or (warn < fail if below else warn > fail):
        raise BadLimit(f"“{line[:80]}” warns only after it has failed")
    return Limit(task.strip() if slash else "*", metric.strip(), "below" if below else "above",
                 fail, warn, line)  # fmt: skip
