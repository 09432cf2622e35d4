"""The process in which a check runs: `python -m evaluations.engine.child`.

Request as JSON on standard input, answer as JSON on standard output, progress in a file of
the scratch directory. No Django: no database, no keys, no sessions.
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from evaluations.engine.run import compute, judged
from models_registry.reading.limits import confine
from models_registry.reading.problem import TableProblem


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run a check (`mode` "compute") or judge stored aggregates again ("replay")."""
    try:
        if request["mode"] == "replay":
            return judged(request["content"])
        return compute(request, _progress_into(Path(request["scratch"]) / "progress"))
    except TableProblem as problem:
        return {"problem": {"code": problem.code, "facts": problem.facts}}
    except (duckdb.OutOfMemoryException, MemoryError):
        return {"problem": {"code": "out_of_memory", "facts": {}}}


def _progress_into(path: Path) -> Any:
    fresh = path.with_suffix(".new")

    def progress(percent: int, message: str) -> None:
        fresh.write_text(f"{percent} {message}", encoding="utf-8")
        fresh.replace(path)

    return progress


def main() -> None:
    request = json.load(sys.stdin)
    confine(int(request["address_space_mb"]), int(request["cpu_seconds"]))
    json.dump(answer(request), sys.stdout, allow_nan=False)


if __name__ == "__main__":
    main()
