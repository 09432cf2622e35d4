"""Tables of predictions and runs of checks, made by the real actions."""

import io
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evaluations.actions import start_checks
from evaluations.models import CheckRun
from jobs.testing import run_all
from models_registry.models import DatasetVersion
from tests.builders.models_registry import new_dataset, version
from tests.world import World

ALL_CHECKS = ("perf.classification", "calibration", "drift", "slice.performance")
SHIFTED = ("mean radius", "mean texture")


@cache
def cancer() -> dict[str, pd.DataFrame]:
    """The breast-cancer table with a logistic regression's predictions, in three versions.

    `reference` are the odd rows, on which the model is fitted; `current` the even rows, which
    it never saw; `shifted` are the even rows with two columns moved.
    """
    data = load_breast_cancer(as_frame=True)
    features, target = data.data, data.target
    even = np.arange(len(features)) % 2 == 0
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
    model.fit(features[~even], target[~even])
    moved = features[even].copy()
    moved["mean radius"] *= 1.4
    moved["mean texture"] += 6
    parts = {
        "reference": (features[~even], target[~even]),
        "current": (features[even], target[even]),
        "shifted": (moved, target[even]),
    }
    return {name: _predicted(model, x, y) for name, (x, y) in parts.items()}


def _predicted(model: Any, features: pd.DataFrame, target: pd.Series) -> pd.DataFrame:
    table = features.copy()
    table["y_true"] = target
    table["y_score"] = model.predict_proba(features)[:, 1]
    table["y_pred"] = (table["y_score"] >= 0.5).astype(int)
    table["clinic"] = np.where(np.arange(len(table)) % 2, "north", "south")
    return table


def roles(**values: Any) -> dict[str, Any]:
    """Roles of the breast-cancer table."""
    table = cancer()["current"]
    named = {"y_true", "y_pred", "y_score"}
    return {
        "y_true": "y_true",
        "y_pred": "y_pred",
        "y_score": "y_score",
        "positive": "1",
        "features": [column for column in table.columns if column not in named],
        "slices": ["clinic"],
        **values,
    }


def as_csv(table: pd.DataFrame) -> bytes:
    """A table as the bytes of a CSV file."""
    return table.to_csv(index=False).encode()


def as_parquet(table: pd.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file."""
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    return out.getvalue()


def table_of(world: World, name: str) -> DatasetVersion:
    """One of the three breast-cancer tables; the shifted one as Parquet."""

    def make() -> DatasetVersion:
        table = cancer()[name]
        if name == "shifted":
            return new_dataset(world, name, table=as_parquet(table), file_name="scores.parquet")
        return new_dataset(world, name, table=as_csv(table), role="production")

    return world.once(f"cancer {name}", make)


def start(world: World, *checks: str, **values: Any) -> list[CheckRun]:
    """Runs of `checks` on the current table against the reference, not yet computed."""
    wanted: dict[str, Any] = {
        "by": world.engineer,
        "version": version(world),
        "current": table_of(world, "current"),
        "reference": table_of(world, "reference"),
        "roles": roles(),
        "params": {},
        **values,
    }
    return start_checks(checks=list(checks or ALL_CHECKS), **wanted)


def finish(runs: list[CheckRun]) -> list[CheckRun]:
    """Compute the queued jobs, as a worker would, and read the runs again."""
    run_all()
    return [CheckRun.objects.get(pk=run.pk) for run in runs]


def queued_run(world: World) -> CheckRun:
    """A run that waits for a worker."""
    return world.once("queued_run", lambda: start(world, "perf.classification")[0])


def finished_run(world: World) -> CheckRun:
    """A finished performance run on the breast-cancer table."""
    return world.once(
        "finished_run",
        lambda: finish(
            start(
                world,
                "perf.classification",
                reference=None,
                params={"perf.classification": {"min_accuracy": 0.9}},
            )
        )[0],
    )


def rivals(world: World) -> tuple[CheckRun, CheckRun]:
    """Champion and challenger on one table that holds the predictions of both.

    The champion calls every fifth row malignant, whatever the model says.
    """

    def make() -> tuple[CheckRun, CheckRun]:
        table = cancer()["current"][["y_true", "y_pred"]].copy()
        table["y_old"] = np.where(np.arange(len(table)) % 5 == 0, 0, table["y_pred"])
        both = new_dataset(world, "both", table=as_csv(table))
        plain = {"y_true": "y_true", "positive": "1"}
        runs = [
            start(
                world, "perf.classification", current=both, reference=None,
                roles={**plain, "y_pred": column},
                params={"perf.classification": {"min_accuracy": 0.9}},
            )[0]
            for column in ("y_old", "y_pred")
        ]  # fmt: skip
        champion, challenger = finish(runs)
        return champion, challenger

    return world.once("rivals", make)
