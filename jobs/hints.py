"""Telling the workers that there is a job. The row decides, so that a lost hint costs only time."""

import logging
import threading
import time
from typing import Any

from celery import current_app
from kombu import pools
from kombu.exceptions import KombuError

from jobs.registry import Handler

log = logging.getLogger(__name__)

# A request waits for the queue this long at most, and after a failure not at all for a while.
_PATIENCE_SECONDS = 0.5
_QUIET_SECONDS = 5.0
_GRACE_SECONDS = 30
_EXPIRES_SECONDS = 300


class Line:
    """The way to the queue, which is closed for some seconds after each failure."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_until = 0.0

    def reopen(self) -> None:
        """Forget the last failure."""
        self._closed_until = 0.0

    def tell(self, job_id: int, handler: Handler) -> bool:
        """Hint at a job. Returns whether the queue took it; never raises, never hangs."""
        if time.monotonic() < self._closed_until:
            return False
        try:
            with pools.producers[_connection()].acquire(
                block=True, timeout=_PATIENCE_SECONDS
            ) as producer:
                current_app.send_task(
                    "jobs.run",
                    args=(job_id,),
                    producer=producer,
                    retry=False,
                    expires=_EXPIRES_SECONDS,
                    soft_time_limit=handler.limit_seconds,
                    time_limit=handler.limit_seconds + _GRACE_SECONDS,
                )
        except (KombuError, OSError) as error:
            self._close(job_id, error)
            return False
        return True

    def _close(self, job_id: int, error: Exception) -> None:
        with self._lock:
            self._closed_until = time.monotonic() + _QUIET_SECONDS
        log.warning("Job %s waits for the sweeper, the queue is away: %s", job_id, error)


line = Line()


def _connection() -> Any:
    """A connection with short limits of its own: a worker may wait for the queue, a page not."""
    options = dict(current_app.conf.broker_transport_options or {})
    options |= {
        "socket_timeout": _PATIENCE_SECONDS,
        "socket_connect_timeout": _PATIENCE_SECONDS,
        "max_retries": 0,
    }
    return current_app.connection_for_write(
        connect_timeout=_PATIENCE_SECONDS, transport_options=options
    )
