"""What is measured, each task in a fresh process: ``python -m bench.evaluations_tasks TASK``."""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.evaluations_table import CATEGORIES, NUMBERS

PARQUET = "application/vnd.apache.parquet"
MEMORY_MB, THREADS = 400, 2
ROLES = {
    "y_true": "y_true", "y_pred": "y_pred", "y_score": "y_score", "positive": "1",
    "features": [*NUMBERS, *CATEGORIES], "slices": ["c0", "c1", "c2"],
    "sensitive": ["sex", "age_band"],
}  # fmt: skip
WINDOWS, WINDOW_ROWS = 20, 20_000


def scan(folder: Path) -> None:
    """The floor: one sum over each of the columns that the suite reads, with DuckDB alone.

    Sums, since the least and greatest value and the count stand in the file's own statistics.
    """
    import duckdb

    texts = [*CATEGORIES, "sex", "age_band"]
    sums = [f"sum({c})" for c in (*NUMBERS, "y_true", "y_score", "y_pred")]
    sums += [f"sum(length({c}))" for c in texts]
    con = duckdb.connect(config={"threads": str(THREADS)})
    for name in ("reference", "current"):
        for one in sums:
            con.execute(f"SELECT {one} FROM '{folder / name}.parquet'").fetchall()  # noqa: S608


def _request(folder: Path, scratch: str, check: str) -> dict[str, Any]:
    from evaluations.checks.catalogue import CATALOGUE

    return {
        "check": check, "params": CATALOGUE[check].with_defaults({}), "roles": ROLES, "seed": 1,
        "path": str(folder / "current.parquet"), "media_type": PARQUET,
        "reference_path": str(folder / "reference.parquet"), "reference_media_type": PARQUET,
        "scratch": scratch, "memory_mb": MEMORY_MB, "threads": THREADS,
    }  # fmt: skip


def suite(folder: Path, checks: list[str]) -> None:
    """Checks one after another on the same two tables; prints what each cost."""
    from evaluations.engine.run import compute, session_for

    told = []
    with tempfile.TemporaryDirectory() as scratch:
        session = session_for(_request(folder, scratch, checks[0]))
        started = time.process_time()
        told.append(f"start {started:.1f}")
        for check in checks:
            answer = compute(_request(folder, scratch, check), lambda *_: None, session)
            now = time.process_time()
            told.append(f"{check} {now - started:.1f} ({answer['verdict']})")
            started = now
    print(", ".join(told))


def figures(folder: Path) -> None:
    """PSI before its bias is taken off, and KS, of each column; printed as JSON."""
    from evaluations.engine.run import compute

    with tempfile.TemporaryDirectory() as scratch:
        answer = compute(_request(folder, scratch, "drift"), lambda *_: None)
    told = {
        one["slice"]: {"psi": one["detail"]["raw"], "ks": one["detail"].get("ks")}
        for one in answer["findings"]
        if one["metric"] == "PSI" and "raw" in one["detail"]
    }
    told = {name: {k: v for k, v in one.items() if v is not None} for name, one in told.items()}
    print(json.dumps(told))


def windows(folder: Path) -> None:
    """Drift of many windows against one reference, as a monitor counts them; prints seconds."""
    import pyarrow.parquet as pq

    from evaluations.engine.run import compute

    rows = pq.read_table(folder / "current.parquet").slice(0, WINDOWS * WINDOW_ROWS)
    baseline, seconds = None, []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "window.parquet"
        for i in range(WINDOWS + 1):
            # The first one freezes the groups; it is no window like the others.
            pq.write_table(rows.slice(max(0, i - 1) * WINDOW_ROWS, WINDOW_ROWS), path)
            started = time.process_time()
            request = {**_request(folder, scratch, "drift"), "path": str(path)}
            answer = compute({**request, "baseline": baseline}, lambda *_: None)
            baseline = answer["content"]["baseline"]
            if i:
                seconds.append(time.process_time() - started)
    print(json.dumps(seconds))


def main() -> None:
    task, folder, *rest = sys.argv[1:]
    if task == "scan":
        scan(Path(folder))
    elif task == "suite":
        suite(Path(folder), rest)
    else:
        {"figures": figures, "windows": windows}[task](Path(folder))


if __name__ == "__main__":
    main()
