"""What checks of the registry judge: facts about a version in the shape of aggregates."""

from typing import Any

from evaluations.engine.aggregates import Aggregate, Aggregates
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
