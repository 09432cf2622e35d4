"""What checks of the registry judge: facts about a version in the shape of aggregates."""

from collections.abc import Sequence
from typing import Any

from evaluations.engine.aggregates import Aggregate, Aggregates
from evaluations.external.limits import limit_for, parse_limits
from evaluations.models import ExternalResult
from models_registry.models import ModelVersion
from models_registry.queries.artifacts import artifacts_of


def files_of(version: ModelVersion) -> Aggregates:
    """The files of a version with the verdict of their newest scans; two queries."""
    files = artifacts_of(version)
    columns: dict[str, list[Any]] = {
        "path": [file.path for file in files],
        "digest": [file.digest for file in files],
        "verdict": [str(file.verdict) for file in files],
        "loading": [str(file.loading) for file in files],
        "waived": [int(getattr(file, "waiver", None) is not None) for file in files],
    }
    return {"files": Aggregate(("path", "digest", "verdict", "loading"), columns)}


def figures_of(result: ExternalResult, lines: Sequence[str]) -> tuple[Aggregates, int]:
    """The figures of an imported file beside their declared limits, and its samples.

    A figure carries the limits that it is held against, so that the verdict can be judged
    again from the aggregates alone.
    """
    limits = parse_limits(lines)
    names = ("task", "metric", "value", "k", "n", "failed", "stderr", "problem")
    columns: dict[str, list[Any]] = {
        name: [figure[name] for figure in result.metrics] for name in names
    }
    held = [limit_for(limits, figure["task"], figure["metric"]) for figure in result.metrics]
    columns["warn"] = [limit.warn if limit else None for limit in held]
    columns["fail"] = [limit.fail if limit else None for limit in held]
    columns["worse"] = [limit.worse if limit else "" for limit in held]
    log: dict[str, list[Any]] = {
        "tool": [result.tool],
        "refused": [result.refused],
        "left_out": [result.left_out],
    }
    samples: dict[str, int] = {}
    for figure in result.metrics:
        samples[figure["task"]] = max(samples.get(figure["task"], 0), figure["n"] or 0)
    facts = {
        "metrics": Aggregate(("task", "metric"), columns),
        "log": Aggregate(("tool", "refused"), log),
    }
    return facts, sum(samples.values())
