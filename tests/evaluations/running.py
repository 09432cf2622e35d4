"""Run a check in this process on data frames, without a database row or a child."""

from pathlib import Path
from typing import Any

import pandas as pd

from evaluations.checks.catalogue import CATALOGUE
from evaluations.engine.run import compute

ROLES: dict[str, Any] = {
    "y_true": "y_true",
    "y_pred": "y_pred",
    "y_score": "y_score",
    "positive": "1",
    "features": [],
    "slices": [],
}


FILES = {
    "files": {
        "keys": ["path", "digest", "verdict", "loading"],
        "columns": {
            "path": ["a.safetensors", "b.pkl", "c.pkl", "d.bin"],
            "digest": ["1", "2", "3", "4"],
            "verdict": ["clean", "findings", "findings", "unscanned"],
            "loading": ["data", "code", "code", "unknown"],
            "waived": [0, 0, 1, 0],
        },
    }
}


IMPORTED = {
    "metrics": {
        "keys": ["task", "metric"],
        "columns": {
            "task": ["arc", "arc", "toxigen", "wiki"],
            "metric": ["acc", "acc_norm", "acc", "perplexity"],
            "value": [0.8, 0.82, 0.4, 12.5],
            "k": [800, None, 40, None],
            "n": [1000, 1000, 100, None],
            "failed": [0, 0, 3, 0],
            "stderr": [0.0126, 0.0121, None, None],
            "problem": ["", "", "", ""],
            "warn": [0.7, 0.75, 0.7, None],
            "fail": [0.6, 0.7, 0.6, None],
            "worse": ["below", "below", "below", ""],
        },
    },
    "log": {
        "keys": ["tool", "refused"],
        "columns": {"tool": ["lm-eval"], "refused": [""], "left_out": [0]},
    },
}


def compute_on(
    folder: Path,
    check: str,
    current: pd.DataFrame,
    reference: pd.DataFrame | None = None,
    *,
    params: dict[str, Any] | None = None,
    seed: int = 7,
    baseline: dict[str, Any] | None = None,
    at: float = 0.0,
    **roles: Any,
) -> dict[str, Any]:
    """The engine's answer for `check` on these tables."""
    request = request_for(
        folder, check, current, reference, params=params, seed=seed, baseline=baseline, at=at,
        **roles,
    )  # fmt: skip
    whole = {**request, "scratch": str(folder), "memory_mb": 500, "threads": 2}
    return compute(whole, lambda percent, message: None)


def request_for(
    folder: Path,
    check: str,
    current: pd.DataFrame,
    reference: pd.DataFrame | None = None,
    *,
    params: dict[str, Any] | None = None,
    seed: int = 7,
    baseline: dict[str, Any] | None = None,
    at: float = 0.0,
    **roles: Any,
) -> dict[str, Any]:
    """What the engine's child is asked, with the tables written to `folder`."""
    request: dict[str, Any] = {
        "mode": "compute",
        "check": check,
        "params": CATALOGUE[check].with_defaults(params or {}),
        "roles": {**ROLES, **roles},
        "seed": seed,
        "baseline": baseline,
        "at": at,
        "path": str(folder / "current.parquet"),
        "media_type": "application/vnd.apache.parquet",
    }
    current.to_parquet(request["path"], index=False)
    if CATALOGUE[check].reads == "registry":
        request["facts"] = FILES
    if CATALOGUE[check].reads == "file":
        request["facts"] = IMPORTED
    if reference is not None:
        request["reference_path"] = str(folder / "reference.parquet")
        request["reference_media_type"] = request["media_type"]
        reference.to_parquet(request["reference_path"], index=False)
    return request


def finding(answer: dict[str, Any], metric: str, slice_: str = "") -> dict[str, Any]:
    """The one finding of that metric and slice."""
    found = [f for f in answer["findings"] if f["metric"] == metric and f["slice"] == slice_]
    assert len(found) == 1, [(f["metric"], f["slice"]) for f in answer["findings"]]
    return found[0]
