"""Real input: the breast-cancer table that ships inside scikit-learn, and a shifted copy of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ("mean radius", "mean texture", "mean smoothness", "mean symmetry")
ROLES = {
    "y_true": "benign",
    "y_pred": "predicted",
    "y_score": "score",
    "positive": "1",
    "features": list(FEATURES),
    "slices": ["size"],
}
CHECKS = ["perf.classification", "calibration", "drift", "slice.performance"]


@dataclass(frozen=True)
class Tables:
    """Two CSV files: what the model was judged on, and the same patients measured differently."""

    reference: bytes
    shifted: bytes


def make_tables() -> Tables:
    """Fit a logistic regression, score everybody, and shift one instrument by one deviation."""
    data = load_breast_cancer(as_frame=True)
    frame = data.frame[list(FEATURES)]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    model.fit(frame[::2], data.target[::2])
    moved = frame.copy()
    moved["mean radius"] += frame["mean radius"].std()
    return Tables(_csv(frame, data.target, model), _csv(moved, data.target, model))


def _csv(frame: pd.DataFrame, target: pd.Series, model: object) -> bytes:
    score = model.predict_proba(frame)[:, 1]  # type: ignore[attr-defined]
    scored = frame.assign(
        size=np.where(frame["mean radius"] > 14, "large", "small"),
        score=score,
        predicted=(score >= 0.5).astype(int),
        benign=target,
    )
    return scored.to_csv(index=False).encode()
