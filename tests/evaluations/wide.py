"""One table that has every role, so that each check of the catalogue can be run on it."""

from typing import Any

import numpy as np
import pandas as pd

WIDE_ROLES: dict[str, Any] = {
    "y_true": "y_true", "y_pred": "y_pred", "y_score": "y_score", "y_base": "old", "positive": "1",
    "features": ["x", "z", "c"], "slices": ["c"], "sensitive": ["group", "age"],
    "quasi": ["age", "group"], "id": "id", "time": "when", "label_time": "labelled",
    "member": "seen", "latency": "ms", "cost": "cents", "failed": "broke",
    "perturbed": ["noisy"], "answer": "reply", "expected": "gold", "canary": "planted",
    "raters": ["rater", "judge"],
}  # fmt: skip


def wide_table(n: int = 1500, seed: int = 21) -> pd.DataFrame:
    """Rows of a fair, calibrated model whose inputs do not drift."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.normal(size=n), "z": rng.lognormal(0, 1, n)})
    frame["c"] = rng.choice(list("abc"), n)
    frame["note"] = [f"case {i % 97}" for i in range(n)]
    frame["group"] = rng.choice(["f", "m"], n)
    frame["age"] = rng.integers(18, 80, n)
    frame["y_score"] = rng.uniform(size=n)
    frame["y_true"] = (rng.uniform(size=n) < frame["y_score"]).astype(int)
    frame["y_pred"] = (frame["y_score"] > 0.5).astype(int)
    frame["old"] = np.where(rng.random(n) < 0.05, 1 - frame["y_pred"], frame["y_pred"])
    frame["noisy"] = np.where(rng.random(n) < 0.02, 1 - frame["y_pred"], frame["y_pred"])
    frame["seen"] = rng.integers(0, 2, n)
    frame["id"] = np.arange(n) + 10_000 * seed
    frame["when"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(n) % 90, unit="D")
    frame["labelled"] = frame["when"] + pd.Timedelta(days=2)
    frame["ms"] = rng.gamma(4, 30, n)
    frame["cents"] = rng.gamma(2, 0.1, n)
    frame["broke"] = (rng.random(n) < 0.002).astype(int)
    frame["reply"] = [f'{{"reply": "case {i % 397}", "n": {i}}}' for i in range(n)]
    frame["gold"] = [f'{{"reply": "case {i % 397}", "n": {i + (i % 9 == 0)}}}' for i in range(n)]
    frame["planted"] = [f"otter {i}" if i % 5 == 0 else None for i in range(n)]
    frame["rater"] = rng.choice(["good", "fair", "bad"], n)
    frame["judge"] = np.where(rng.random(n) < 0.1, "fair", frame["rater"])
    return frame
