"""What a check is to the engine: plan, prepare, decide. Pure functions over aggregates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from evaluations.checks.spec import CheckSpec
from evaluations.engine.aggregates import Aggregates
from evaluations.engine.findings import Decision

Schema = Mapping[str, str]
Params = Mapping[str, Any]
Baseline = dict[str, Any]
# An Ibis table expression. Ibis has no useful static types, so the edge is named here.
Expression = Any
Query = Callable[[Expression], dict[str, list[Any]]]
# Roles of one column, and roles of any number of columns.
SINGLE = (
    "y_true", "y_pred", "y_score", "y_base", "id", "time", "label_time", "member", "latency",
    "cost", "failed", "answer", "expected", "canary",
)  # fmt: skip
MANY = ("features", "slices", "sensitive", "quasi", "class_scores", "perturbed", "raters")


@dataclass(frozen=True)
class Roles:
    """Which columns mean what. `positive` is the label that counts as the positive class."""

    y_true: str = ""
    y_pred: str = ""
    y_score: str = ""
    positive: str = "1"
    features: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    y_base: str = ""
    id: str = ""
    time: str = ""
    label_time: str = ""
    member: str = ""
    latency: str = ""
    cost: str = ""
    failed: str = ""
    sensitive: tuple[str, ...] = ()
    quasi: tuple[str, ...] = ()
    class_scores: tuple[str, ...] = ()
    perturbed: tuple[str, ...] = ()
    answer: str = ""
    expected: str = ""
    canary: str = ""
    raters: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Roles":
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        for name in MANY:
            known[name] = tuple(known.get(name, ()))
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: list(v) if name in MANY else v for name, v in values.items()}

    def named(self, role: str) -> tuple[str, ...]:
        """The columns of a role; none when it is not given."""
        value = getattr(self, role)
        return tuple(value) if role in MANY else (value,) if value else ()

    def columns(self) -> list[str]:
        """All named columns, each once."""
        roles = (*SINGLE, *MANY)
        return list(dict.fromkeys(name for role in roles for name in self.named(role)))


@dataclass(frozen=True)
class Plan:
    """One aggregate to compute: an expression over `rows` and its key columns."""

    keys: tuple[str, ...]
    expression: Expression


@dataclass(frozen=True)
class Evidence:
    """All that `decide` may look at; it never sees a row.

    `at` is when the run was started, in seconds since 1970; 0 when that is unknown.
    """

    current: Aggregates
    reference: Aggregates | None
    baseline: Baseline
    roles: Roles
    skipped: dict[str, str] = field(default_factory=dict)
    at: float = 0.0


class Check(Protocol):
    spec: CheckSpec

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        """Freeze grids, levels and cut points on the reference table (or on the current one)."""

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        """Name the aggregates, as Ibis expressions over the table `rows`."""

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        """Judge aggregates; deterministic in its arguments."""
