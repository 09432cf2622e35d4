"""The normal form of somebody else's evaluation, and how a reader fills it in."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Literal

# Goes up when a reader understands a file differently; kept with each import.
IMPORTER_VERSION = 1
MOST_METRICS = 1000
MOST_IGNORED = 200
MOST_COUNT = 2**53
# Reported shares are rounded at best to doubles, at worst to four digits.
AGREES = 5e-5

Better = Literal["higher", "lower", ""]


class ExternalProblem(Exception):
    """A file that cannot be used; `code` names the sentence, `facts` fill it in."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Metric:
    """One reported figure. Counts are None when the file does not tell them.

    `k` of `n` samples when the figure is a share; `failed` samples that gave no answer or no
    score, which `n` does not count; `problem` is why the figure must not be judged.
    """

    task: str
    metric: str
    value: float | None
    better: Better = ""
    k: int | None = None
    n: int | None = None
    failed: int = 0
    stderr: float | None = None
    problem: str = ""


@dataclass
class Report:
    """What one file says, in the normal form of all tools.

    `refused` is why no figure of the file may be judged: a log that was invalidated or did
    not end well. `settings` are named facts about model, data set and sampling.
    """

    tool: str
    tool_version: str = ""
    task: str = ""
    model: str = ""
    dataset: str = ""
    status: str = "success"
    refused: str = ""
    started: str = ""
    finished: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    metrics: list[Metric] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def add(self, metric: Metric) -> None:
        """Keep a figure; a second one of the same task and name is reported, not kept."""
        if any((m.task, m.metric) == (metric.task, metric.metric) for m in self.metrics):
            self.ignore(f"a second {metric.metric} of {metric.task or 'the file'}")
        elif len(self.metrics) >= MOST_METRICS:
            self.left_out += 1
        else:
            self.metrics.append(checked(metric))

    def ignore(self, what: str) -> None:
        """Report something that was not understood."""
        said = text(what)
        if said not in self.ignored:
            self.ignored.append(said)

    def ignore_rest(self, where: str, data: Any, known: Iterable[str]) -> None:
        """Report the keys of an object that no reader looks at."""
        if isinstance(data, dict):
            for key in sorted(str(name) for name in set(data) - set(known)):
                self.ignore(f"{where}.{key}" if where else key)

    def setting(self, name: str, value: Any) -> None:
        """Keep a named fact when the file tells it."""
        if (said := text(value)) and not isinstance(value, dict | list):
            self.settings[name] = said

    def refuse(self, why: str) -> None:
        """Let no figure be judged; the first reason is kept."""
        self.refused = self.refused or why


def text(value: Any, limit: int = 200) -> str:
    """One printable line of at most `limit` characters; empty for nothing."""
    if value is None or isinstance(value, dict | list):
        return ""
    line = " ".join(str(value)[: 4 * limit].split())
    return "".join(c for c in line if c.isprintable())[:limit]


def number(value: Any) -> float | None:
    """A finite number of the file; None for text, truth values, NaN and infinities."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        figure = float(value)
    except OverflowError:
        return None
    return figure if isfinite(figure) else None


def count(value: Any) -> int | None:
    """A count of the file: a whole number that is not negative."""
    figure = number(value)
    if figure is None or figure < 0 or figure > MOST_COUNT or figure != int(figure):
        return None
    return int(figure)


def obj(value: Any) -> dict[str, Any]:
    """The object itself, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The list itself, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def successes(value: float | None, n: int | None) -> int | None:
    """`k` of a share of `n` that must come from counting 0 and 1; None when it cannot."""
    if value is None or not n or not 0 <= value <= 1:
        return None
    k = round(value * n)
    return k if abs(value * n - k) <= 1e-6 * n else None


def checked(metric: Metric) -> Metric:
    """The figure with cleaned names; one that contradicts itself says so in `problem`."""
    values = asdict(metric)
    values["task"], values["metric"] = text(metric.task), text(metric.metric, 60)
    k, n, value = metric.k, metric.n, metric.value
    if k is not None and (n is None or k > n):
        said = f"{k} successes of {n} samples are reported"
        values.update(k=None, problem=metric.problem or said)
    elif k is not None and n:
        share = k / n
        if value is not None and abs(value - share) > AGREES:
            said = f"the file reports {value:.6g}, but {k} of {n} is {share:.6g}"
            values["problem"] = metric.problem or said
        values["value"] = share
    if metric.stderr is not None and metric.stderr < 0:
        values["stderr"] = None
    return Metric(**values)
