"""``python -m reports.pdf.child``: one document, then the process ends.

Order matters: limits first, then the engine (the only place that loads WeasyPrint, and so
Pango), then the document, which is not trusted. Exit status 0 with a PDF, 3 with a named error,
4 when memory ran short; any other status is a crash that the parent words.
"""

import gc
import importlib
import io
import json
import os
import sys
from typing import Any

from reports.pdf import fence
from reports.pdf.job import RenderError, RenderJob

EXIT_NAMED_ERROR = 3


def main() -> int:
    """Read a job from stdin, write the answer to stdout."""
    parent = os.getppid()
    answer = fence.take_stdout()
    try:
        head, pdf = _work(sys.stdin.buffer.read(), parent)
    except RenderError as error:
        head, pdf = {"error": error.code, "detail": error.detail}, b""
    except MemoryError:
        head, pdf = {"error": "memory", "detail": "MemoryError"}, b""
    except RecursionError:
        head, pdf = {"error": "broken", "detail": "elements are nested too deeply"}, b""
    answer.write(json.dumps(head).encode() + b"\n" + pdf)
    answer.close()
    return EXIT_NAMED_ERROR if "error" in head else 0


def _work(raw: bytes, parent: int) -> tuple[dict[str, Any], bytes]:
    job = RenderJob.read(io.BytesIO(raw))
    fence.bound(job.limits, parent)
    try:
        engine = importlib.import_module("reports.pdf.engine")
    except OSError as error:  # what cffi raises when a system library is not there
        raise RenderError("pango-missing", str(error)) from error
    fence.shut()
    gc.disable()  # the process is thrown away; collecting costs a fifth of the time
    laid = engine.render(job)
    return {"pages": laid.pages, "blocked": laid.blocked, **fence.usage()}, laid.pdf


if __name__ == "__main__":
    sys.exit(main())
