"""How much the checks cost. Prints ``name | measured | budget | ratio`` lines.

Run from the project folder: ``./run bench`` or ``python -m bench.engine``. CPU seconds include
the start of each child process; they are the comparable figure, wall time is noisy.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from evaluations.checks.catalogue import CATALOGUE  # noqa: E402
from evaluations.engine.aggregates import pack  # noqa: E402
from models_registry.reading.process import ChildLimits, ask  # noqa: E402

CHILD = "evaluations.engine.child"
SUITE = ("perf.classification", "calibration", "drift", "slice.performance")
PARQUET = "application/vnd.apache.parquet"
# A small suite may cost four starts; a large one what the research prototype cost, plus starts.
BUDGETS = {
    "start of a child, CPU s": 3.0,
    "4 checks on 569 rows x 30 columns, wall s": 16.0,
    "4 checks on 569 rows x 30 columns, CPU s": 14.0,
    "4 checks on 200,000 rows x 20 columns, CPU s": 20.0,
    "drift on 200,000 + 200,000 rows x 20 columns, CPU s": 10.0,
    "peak memory of a child, MiB": 700.0,
    "aggregates of drift, 20 columns, KiB": 400.0,
    "reading a CSV of 200,000 rows x 20 columns, CPU s": 10.0,
}


def table(rows: int, numeric: int, seed: int) -> pd.DataFrame:
    """Predictions with numeric columns of several shapes and three categorical ones."""
    rng = np.random.default_rng(seed)
    shapes = (
        lambda: rng.normal(size=rows),
        lambda: np.round(rng.lognormal(3, 1, rows), 2),
        lambda: rng.poisson(7, rows),
        lambda: rng.standard_t(3, rows),
        lambda: np.where(rng.random(rows) < 0.6, 0.0, np.round(rng.gamma(2, 50, rows), 1)),
    )
    frame = pd.DataFrame({f"n{i:02d}": shapes[i % 5]() for i in range(numeric)})
    frame["c0"] = rng.choice(list("abc"), rows)
    frame["c1"] = rng.choice([f"region {i}" for i in range(40)], rows)
    frame["c2"] = rng.choice([f"sku {i}" for i in range(900)], rows)
    frame["y_score"] = 1 / (1 + np.exp(-frame["n00"]))
    frame["y_true"] = (rng.random(rows) < frame["y_score"]).astype(int)
    frame["y_pred"] = (frame["y_score"] > 0.5).astype(int)
    return frame


def run(folder: Path, check: str, features: list[str]) -> dict[str, Any]:
    """One check in a child, as a job runs it."""
    request = {
        "mode": "compute",
        "check": check,
        "params": CATALOGUE[check].with_defaults({}),
        "roles": {"y_true": "y_true", "y_pred": "y_pred", "y_score": "y_score", "positive": "1",
                  "features": features, "slices": ["c0", "c1"]},
        "seed": 1,
        "path": str(folder / "current.parquet"),
        "media_type": PARQUET,
        "reference_path": str(folder / "reference.parquet"),
        "reference_media_type": PARQUET,
    }  # fmt: skip
    return ask(CHILD, request, ChildLimits())


def spent() -> float:
    """CPU seconds of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def report(name: str, measured: float) -> None:
    budget = BUDGETS[name]
    print(f"{name} | {measured:.2f} | {budget:.2f} | {measured / budget:.2f}")


def suite(folder: Path, rows: int, numeric: int) -> tuple[float, dict[str, float], dict[str, Any]]:
    """Wall seconds, CPU seconds by check, and the answer of drift."""
    for name, seed in (("reference", 1), ("current", 2)):
        table(rows, numeric, seed).to_parquet(folder / f"{name}.parquet", index=False)
    features = [f"n{i:02d}" for i in range(numeric)] + ["c0", "c1", "c2"]
    cpu: dict[str, float] = {}
    answer: dict[str, Any] = {}
    started = time.perf_counter()
    for check in SUITE:
        before = spent()
        found = run(folder, check, features)
        cpu[check] = spent() - before
        answer = found if check == "drift" else answer
    return time.perf_counter() - started, cpu, answer


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wall, cpu, _ = suite(folder, 569, 27)
        report("start of a child, CPU s", cpu["perf.classification"])
        report("4 checks on 569 rows x 30 columns, wall s", wall)
        report("4 checks on 569 rows x 30 columns, CPU s", sum(cpu.values()))
        _, cpu, drift = suite(folder, 200_000, 17)
        report("4 checks on 200,000 rows x 20 columns, CPU s", sum(cpu.values()))
        report("drift on 200,000 + 200,000 rows x 20 columns, CPU s", cpu["drift"])
        report("aggregates of drift, 20 columns, KiB", len(pack(drift["content"])) / 1024)
        pd.read_parquet(folder / "current.parquet").to_csv(folder / "table.csv", index=False)
        before = spent()
        request = {"path": str(folder / "table.csv"), "media_type": "text/csv"}
        ask("models_registry.reading.child", request, ChildLimits())
        report("reading a CSV of 200,000 rows x 20 columns, CPU s", spent() - before)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        report("peak memory of a child, MiB", peak)


if __name__ == "__main__":
    main()
