"""Ends the services when their supervisor is gone, however it went. Standard library only.

The supervisor holds the other end of the standard input and writes ``name group`` lines. The
kernel closes that pipe when the supervisor ends, also after ``kill -9``; then every process group
that is still named gets SIGTERM and, shortly after, SIGKILL.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_SECONDS = 3.0


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[str, int] = {}
    for line in sys.stdin:
        name, group = line.split()
        groups[name] = int(group)
    end({group for group in groups.values() if group})


def end(groups: set[int]) -> None:
    """Signal each process group to end, and kill what has not ended after ``GRACE_SECONDS``."""
    groups = _signal(groups, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while groups and time.monotonic() < deadline:
        time.sleep(0.05)
        groups = _signal(groups, 0)
    _signal(groups, signal.SIGKILL)


def _signal(groups: Iterable[int], number: int) -> set[int]:
    """Send a signal to each group; returns those that still have a process."""
    alive = set()
    for group in groups:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            continue
        alive.add(group)
    return alive


if __name__ == "__main__":
    main()
