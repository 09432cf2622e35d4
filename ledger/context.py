"""What a write happens in: the request or job that it belongs to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_correlation: ContextVar[str] = ContextVar("ledger_correlation", default="")


@contextmanager
def correlated(identity: str) -> Iterator[None]:
    """Events written inside carry ``identity`` (a request or job id)."""
    token = _correlation.set(identity)
    try:
        yield
    finally:
        _correlation.reset(token)


def correlation() -> str:
    """The request or job id that is current, or the empty string."""
    return _correlation.get()
