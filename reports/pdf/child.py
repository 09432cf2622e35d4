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
import re
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

from reports.pdf.job import EXIT_MEMORY, Limits, RenderError, RenderJob

EXIT_NAMED_ERROR = 3
NEARLY = 0.93
FORBIDDEN_EVENTS = frozenset(
    {
        "os.exec",
        "os.posix_spawn",
        "os.system",
        "socket.connect",
        "socket.getaddrinfo",
        "subprocess.Popen",
        "urllib.Request",
    }
)


def main() -> int:
    """Read a job from stdin, write the answer to stdout."""
    parent = os.getppid()
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a chatty library cannot spoil the answer
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
    _set_limits(job.limits)
    watched = (parent, job.limits.memory_bytes)
    threading.Thread(target=_watch, args=watched, daemon=True).start()
    try:
        engine = importlib.import_module("reports.pdf.engine")
    except OSError as error:  # what cffi raises when a system library is not there
        raise RenderError("pango-missing", str(error)) from error
    sys.addaudithook(_refuse_the_outside)
    gc.disable()  # the process is thrown away; collecting costs a fifth of the time
    pdf, pages, blocked = engine.render(job)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    head = {
        "pages": pages,
        "blocked": blocked,
        "cpu": round(usage.ru_utime + usage.ru_stime, 3),
        "peak": _peak_mib(usage.ru_maxrss),
    }
    return head, pdf


def _peak_mib(largest_kib: int) -> int:
    """The largest resident size of this program in MiB.

    Linux hands ``ru_maxrss`` of the parent down to a child; VmHWM begins anew with the program.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return largest_kib // 1024
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) // 1024 if found else largest_kib // 1024


def _set_limits(limits: Limits) -> None:
    """Bound memory and CPU; where a system cannot (macOS: address space) the clock remains."""
    for what, soft, hard in (
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 5),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        try:
            resource.setrlimit(what, (soft, hard))
        except (ValueError, OSError):
            sys.stderr.write(f"limit {what} cannot be set on this system\n")


def _refuse_the_outside(event: str, _arguments: tuple[Any, ...]) -> None:
    """Audit hook: a second fence behind the fetcher. No network, no other program."""
    if event in FORBIDDEN_EVENTS:
        _refuse(event)


def _refuse(event: str) -> NoReturn:
    raise PermissionError(f"{event} is not allowed while a report is rendered")


def _watch(parent: int, memory_bytes: int) -> None:
    """End when the worker is gone, and before memory runs out: C libraries crash when it does."""
    while os.getppid() == parent:
        if _address_space() > memory_bytes * NEARLY:
            os._exit(EXIT_MEMORY)
        time.sleep(0.05)
    os._exit(1)


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
