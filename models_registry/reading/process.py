"""Start a fresh interpreter with limits, wait for its answer, and never believe a crash."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TICK_SECONDS = 0.5
STDERR_TAIL = 2000
# How Python, C++ and the loader say that the address space is used up.
OUT_OF_MEMORY = ("MemoryError", "bad_alloc", "Cannot allocate memory", "failed to map segment")


@dataclass(frozen=True)
class ChildLimits:
    """What a child may use. `address_space_mb` is virtual memory, well above `memory_mb`,
    because numerical libraries reserve more than they touch."""

    wall_seconds: float = 300.0
    cpu_seconds: int = 300
    memory_mb: int = 1024
    address_space_mb: int = 6144
    threads: int = 2


class ChildFailed(Exception):
    """A child that gave no answer; `kind` is timeout, memory, cpu, crash or garbled."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail


def _environment(scratch: str) -> dict[str, str]:
    """A bare environment: no database address, no key, one thread per numerical library."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *(p for p in sys.path if "site-packages" in p)]),
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "PYTHONHASHSEED": "0",
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        **one,
    }


def ask(
    module: str,
    request: Mapping[str, object],
    limits: ChildLimits,
    *,
    tick: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Run `python -m module` with `request` as JSON on its standard input; return its JSON.

    `tick` is called about twice a second with the child's last progress line, so that the
    caller can renew a lease; if it raises, the child is killed and the exception goes on.
    Raises ChildFailed when the child crashes, is killed, takes too long or answers nonsense.
    """
    with tempfile.TemporaryDirectory(prefix="assay-check-") as scratch:
        full = {
            **request,
            "scratch": scratch,
            "memory_mb": limits.memory_mb,
            "threads": limits.threads,
            "address_space_mb": limits.address_space_mb,
            "cpu_seconds": limits.cpu_seconds,
        }
        # A file, not a pipe: ``communicate`` forgets what it has not sent when it times out.
        asked = Path(scratch) / "request.json"
        asked.write_text(json.dumps(full), encoding="utf-8")
        with asked.open("rb") as request_file:
            child = subprocess.Popen(
                [sys.executable, "-m", module],
                stdin=request_file,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=scratch,
                env=_environment(scratch),
                start_new_session=True,
            )
        try:
            output, errors = _wait(child, limits, Path(scratch), tick)
        finally:
            _kill(child)
        return _answer(child.returncode, output, errors)


def _wait(
    child: "subprocess.Popen[bytes]",
    limits: ChildLimits,
    scratch: Path,
    tick: Callable[[str], None] | None,
) -> tuple[bytes, bytes]:
    deadline = time.monotonic() + limits.wall_seconds
    while True:
        left = max(0.001, deadline - time.monotonic())
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.communicate(timeout=min(TICK_SECONDS, left))
        if time.monotonic() > deadline:
            raise ChildFailed("timeout", f"{limits.wall_seconds:.0f}")
        if tick is not None:
            tick(_progress(scratch))


def _progress(scratch: Path) -> str:
    try:
        return (scratch / "progress").read_text(encoding="utf-8")[:200]
    except FileNotFoundError:
        return ""


def _kill(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()


def _answer(code: int, output: bytes, errors: bytes) -> dict[str, Any]:
    tail = errors.decode("utf-8", errors="replace")[-STDERR_TAIL:]
    if code == -signal.SIGXCPU:
        raise ChildFailed("cpu")
    if code == -signal.SIGKILL or any(words in tail for words in OUT_OF_MEMORY):
        raise ChildFailed("memory")
    if code != 0:
        said = [line for line in tail.splitlines() if line[:1].strip()]
        raise ChildFailed("crash", said[-1] if said else f"exit code {code}")
    try:
        answer = json.loads(output)
    except json.JSONDecodeError as error:
        raise ChildFailed("garbled", str(error)) from error
    if not isinstance(answer, dict):
        raise ChildFailed("garbled", "the answer is not an object")
    return answer
