"""Start the child, feed it, watch the clock, word what went wrong."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reports.pdf.job import EXIT_MEMORY, Rendered, RenderError, RenderJob

ROOT = Path(__file__).resolve().parent.parent.parent
BEAT_SECONDS = 2.0
# What a font library needs to find its fonts. No secret of the application reaches the child.
PASSED_ON = (
    "DYLD_FALLBACK_LIBRARY_PATH",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONHASHSEED",
    "PYTHONPATH",
    "TMPDIR",
    "VIRTUAL_ENV",
    "XDG_CACHE_HOME",
)
FIXED = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONDONTWRITEBYTECODE": "1",
    # fontTools stamps the faces that it cuts out of a variable font with the time of day.
    "SOURCE_DATE_EPOCH": "0",
}
OUT_OF_MEMORY = (
    "MemoryError",
    "failed to allocate",
    "std::bad_alloc",
    "Cannot allocate memory",
    "Error creating thread",
)


def render(job: RenderJob, on_beat: Callable[[float], None] | None = None) -> Rendered:
    """Render `job` in a fresh process.

    `on_beat` is called about every two seconds with the seconds gone by; what it raises ends the
    child and passes through. Raises RenderError.
    """
    if len(job.html) > job.limits.html_bytes:
        raise RenderError("too-large", f"{len(job.html)} characters of HTML")
    # A file, not a pipe: ``communicate`` forgets what it has not sent when it times out.
    with tempfile.TemporaryFile() as asked:
        asked.write(job.to_bytes())
        asked.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "reports.pdf.child"],
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=_environment(),
            start_new_session=True,
        )
    try:
        out, log = _wait(child, job, on_beat)
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    return _answer(child.returncode, out, log)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, **FIXED}


def _wait(
    child: "subprocess.Popen[bytes]", job: RenderJob, on_beat: Callable[[float], None] | None
) -> tuple[bytes, bytes]:
    started = time.monotonic()
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.communicate(timeout=BEAT_SECONDS)
        gone = time.monotonic() - started
        if gone > job.limits.wall_seconds:
            raise RenderError("time", f"{gone:.0f} s")
        if on_beat is not None:
            on_beat(gone)


def _answer(status: int, out: bytes, log: bytes) -> Rendered:
    line, _, pdf = out.partition(b"\n")
    tail = log.decode(errors="replace")[-2000:]
    if not line:
        raise RenderError(_death(status, tail), f"exit status {status}: {tail}")
    head = json.loads(line)
    if "error" in head:
        raise RenderError(head["error"], head["detail"])
    return Rendered(pdf, head["pages"], head["cpu"], head["peak"], tuple(head["blocked"]))


def _death(status: int, tail: str) -> str:
    """Over its CPU limit a process gets SIGXCPU; out of memory it mostly aborts."""
    if status == -signal.SIGXCPU:
        return "cpu"
    killed = status in {EXIT_MEMORY, -signal.SIGKILL}
    if killed or any(words in tail for words in OUT_OF_MEMORY):
        return "memory"
    return "crashed"
