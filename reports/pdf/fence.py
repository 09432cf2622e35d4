"""The fence that a child process builds around itself before it touches what is not trusted."""

import contextlib
import os
import re
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from reports.pdf.job import EXIT_MEMORY, Limits

NEARLY = 0.93
# So many parts at most are done by one worker; each has its own soft limit of CPU time.
MOST_PARTS = 24
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


def take_stdout() -> BinaryIO:
    """The channel of the answer; what a chatty library prints goes to stderr from now on."""
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answer


def bound(limits: Limits, parent: int) -> None:
    """Set the limits, and end when the parent is gone or memory is nearly out."""
    _set_limits(limits)
    watched = (parent, limits.memory_bytes)
    threading.Thread(target=_watch, args=watched, daemon=True).start()


def allow_cpu(seconds: int) -> None:
    """As many more CPU seconds from now on: a worker does one part after another."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    gone = int(used.ru_utime + used.ru_stime) + 1
    with contextlib.suppress(ValueError, OSError):
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (gone + seconds, hard))


def shut() -> None:
    """From now on: no network, no other program. Libraries are loaded before."""
    sys.addaudithook(_refuse_the_outside)


def usage() -> dict[str, Any]:
    """CPU seconds of this process and its largest resident size in MiB."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": round(used.ru_utime + used.ru_stime, 3), "peak": _peak_mib(used.ru_maxrss)}


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
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds * MOST_PARTS + 5),
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
