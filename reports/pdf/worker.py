"""``python -m reports.pdf.worker``: lay out one part after another until stdin ends.

Each line of stdin names two files, ``job<TAB>pdf``: a render job to read, a PDF to write. Each
line of stdout is the answer to one: what the parent reads as ``reports.pdf.pool.Part``, or
``{"error": …}``. Loading the engine takes a second, so a worker is kept for some parts; the
parent ends it when it has grown.
"""

import gc
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from reports.pdf import fence
from reports.pdf.job import Limits, RenderError, RenderJob


def main() -> int:
    """Answer line by line."""
    parent = os.getppid()
    answer = fence.take_stdout()
    fence.bound(Limits(**json.loads(sys.stdin.readline())), parent)
    engine, missing = _engine()
    fence.shut()
    gc.disable()  # collected between parts; while one is laid out it costs a fifth of the time
    gc.freeze()
    for line in sys.stdin:
        source, target = line.rstrip("\n").split("\t")
        head = missing or _one(engine, Path(source), Path(target))
        answer.write(json.dumps({**head, **fence.usage()}).encode() + b"\n")
        answer.flush()
        gc.collect()
    return 0


def _engine() -> tuple[Any, dict[str, str]]:
    try:
        return importlib.import_module("reports.pdf.engine"), {}
    except OSError as error:  # what cffi raises when a system library is not there
        return None, {"error": "pango-missing", "detail": str(error)}


def _one(engine: Any, source: Path, target: Path) -> dict[str, Any]:
    try:
        with source.open("rb") as file:
            job = RenderJob.read(file)
        fence.allow_cpu(job.limits.cpu_seconds)
        laid = engine.render(job)
    except RenderError as error:
        return {"error": error.code, "detail": error.detail}
    except MemoryError:
        return {"error": "memory", "detail": "MemoryError"}
    except RecursionError:
        return {"error": "broken", "detail": "elements are nested too deeply"}
    target.write_bytes(laid.pdf)
    return {"pages": laid.pages, "blocked": laid.blocked, "anchors": laid.anchors}


if __name__ == "__main__":
    sys.exit(main())
