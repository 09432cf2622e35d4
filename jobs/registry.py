"""Which function does which kind of job."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

from jobs.context import JobContext

Work = Callable[[JobContext], None]


@dataclass(frozen=True)
class Handler:
    """What does a kind of job, and within which limits (seconds, number of attempts)."""

    kind: str
    work: Work
    lease_seconds: int
    limit_seconds: int
    max_attempts: int


_handlers: dict[str, Handler] = {}


class UnknownKind(LookupError):
    """No handler is registered for this kind of job."""


def handler(
    kind: str, *, lease_seconds: int = 60, limit_seconds: int = 600, max_attempts: int = 3
) -> Callable[[Work], Work]:
    """Register the decorated function for jobs of ``kind``; put it into the app's tasks.py."""

    def register(work: Work) -> Work:
        if kind in _handlers:
            raise ValueError(f"Two handlers for {kind}")
        _handlers[kind] = Handler(kind, work, lease_seconds, limit_seconds, max_attempts)
        return work

    return register


def handler_for(kind: str) -> Handler:
    """The handler of ``kind``. Raises ``UnknownKind``.

    Web processes get to know the handlers at the first question, workers import them at start.
    """
    if kind not in _handlers:
        autodiscover_modules("tasks")
    try:
        return _handlers[kind]
    except KeyError as error:
        raise UnknownKind(f"No handler for jobs of kind {kind}") from error


__all__ = ["Handler", "JobContext", "UnknownKind", "handler", "handler_for"]
