"""Waiting for runs on behalf of a caller, without holding anything that others need."""

import threading
import time
from collections.abc import Iterable

from evaluations import states
from evaluations.models import CheckRun

LONGEST_SECONDS = 30.0
_STEP_SECONDS = 0.25
# A web process has few threads; those that wait must leave most of them to people.
_SEATS = threading.BoundedSemaphore(3)


def wait_for(runs: Iterable[int], seconds: float) -> bool:
    """Wait until none of the runs (by primary key) is open. Returns whether that is so.

    Waits ``seconds`` at most, never longer than LONGEST_SECONDS, and not at all when enough
    others wait. Each look is a query of its own: no transaction is held in between.
    """
    keys = list(runs)
    deadline = time.monotonic() + min(max(seconds, 0.0), LONGEST_SECONDS)
    if _settled(keys) or seconds <= 0 or not _SEATS.acquire(blocking=False):
        return _settled(keys)
    try:
        while not (settled := _settled(keys)) and time.monotonic() < deadline:
            time.sleep(_STEP_SECONDS)
    finally:
        _SEATS.release()
    return settled


def _settled(keys: list[int]) -> bool:
    return not CheckRun.objects.filter(pk__in=keys, state__in=states.OPEN).exists()
