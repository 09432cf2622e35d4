"""The shape of a check's description."""

from dataclasses import dataclass
from typing import Any, Literal

Reference = Literal["required", "optional", "unused"]
Family = Literal[
    "performance",
    "fairness",
    "drift",
    "data",
    "privacy",
    "security",
    "operations",
    "generative",
    "plan",
    "",
]


def gettext_noop(text: str) -> str:
    """Mark a text for translation without importing Django: the engine runs without it."""
    return text


@dataclass(frozen=True)
class Param:
    """A number that a person may set. `default` None means that it is off unless set."""

    name: str
    label: str
    default: float | None
    minimum: float
    maximum: float
    help: str = ""


@dataclass(frozen=True)
class CheckSpec:
    """What a check tells, what it needs and where its formula comes from.

    `rmf` pairs a subcategory of the AI RMF with the reason why this check speaks to it.
    `requires` names the roles that it needs, `one_of` roles of which one is enough, `optional`
    roles that it uses when they are given, `reference_requires` those of the reference table;
    `min_n` is the number of rows below which it does not judge. `labels` says that the label
    column holds classes, `probabilities` that the score must lie between 0 and 1. `reads` is
    "registry" for a check of what the registry knows and "file" for one of an imported file;
    both look at no table.
    `implementation` is "module:Class", loaded only in the process that computes.
    """

    id: str
    version: int
    title: str
    tells: str
    formula: str
    source: str
    limits: str
    traps: tuple[str, ...]
    rmf: tuple[tuple[str, str], ...]
    requires: tuple[str, ...]
    reference: Reference
    min_n: int
    params: tuple[Param, ...]
    implementation: str
    family: Family = ""
    one_of: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    reference_requires: tuple[str, ...] = ()
    labels: bool = True
    probabilities: bool = False
    reads: Literal["table", "registry", "file"] = "table"

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles that the check may look at, each once, the needed ones first."""
        return tuple(dict.fromkeys((*self.requires, *self.one_of, *self.optional)))

    def with_defaults(self, given: dict[str, Any]) -> dict[str, Any]:
        """Parameters with defaults filled in. Raises ValueError for an unknown or bad one."""
        known = {param.name: param for param in self.params}
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise ValueError(f"unknown parameter {unknown[0]}")
        return {name: _checked(param, given.get(name)) for name, param in known.items()}


def _checked(param: Param, value: Any) -> float | None:
    if value is None or value == "":
        return param.default
    figure = float(value)
    if not param.minimum <= figure <= param.maximum:
        raise ValueError(f"{param.name} must lie between {param.minimum} and {param.maximum}")
    return figure
