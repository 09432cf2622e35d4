"""Asking a child process: started fresh, fed by a file, watched, and worded when it dies."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reports.pdf.job import EXIT_MEMORY, RenderError

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


@dataclass(frozen=True)
class Answer:
    """What a child left: its exit status, what it wrote, and the end of its log."""

    status: int
    out: bytes
    tail: str

    @property
    def death(self) -> str:
        """A code of RenderError for a child that said nothing.

        Over its CPU limit a process gets SIGXCPU; out of memory it mostly aborts.
        """
        if self.status == -signal.SIGXCPU:
            return "cpu"
        killed = self.status in {EXIT_MEMORY, -signal.SIGKILL}
        if killed or any(words in self.tail for words in OUT_OF_MEMORY):
            return "memory"
        return "crashed"


def ask(
    module: str,
    body: bytes,
    *,
    wall_seconds: float,
    on_beat: Callable[[float], None] | None = None,
) -> Answer:
    """Run ``python -m module`` with `body` as its stdin.

    `on_beat` is called about every two seconds with the seconds gone by; what it raises ends the
    child and passes through. Raises RenderError ("time").
    """
    # A file, not a pipe: ``communicate`` forgets what it has not sent when it times out.
    with tempfile.TemporaryFile() as asked:
        asked.write(body)
        asked.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=environment(),
            start_new_session=True,
        )
    try:
        out, log = _wait(child, wall_seconds, on_beat)
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    return Answer(child.returncode, out, log.decode(errors="replace")[-2000:])


def environment() -> dict[str, str]:
    """A dozen names; no secret of the application is among them."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, **FIXED}


def _wait(
    child: "subprocess.Popen[bytes]", limit: float, on_beat: Callable[[float], None] | None
) -> tuple[bytes, bytes]:
    started = time.monotonic()
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.communicate(timeout=BEAT_SECONDS)
        gone = time.monotonic() - started
        if gone > limit:
            raise RenderError("time", f"{gone:.0f} s")
        if on_beat is not None:
            on_beat(gone)
