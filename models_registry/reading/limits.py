"""Limits that a child process puts on itself before it touches somebody else's bytes."""

import ctypes
import resource
import signal
import sys
from typing import Any, TypedDict

PR_SET_PDEATHSIG = 1
FILE_SIZE_MB = 4096


class Request(TypedDict):
    """What every child is told besides its own arguments."""

    path: str
    media_type: str
    scratch: str
    memory_mb: int
    threads: int
    address_space_mb: int
    cpu_seconds: int


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen"):
        raise PermissionError(f"{event} is not allowed in a check")


def confine(address_space_mb: int, cpu_seconds: int) -> None:
    """Bound memory, processor time and file size; die with the parent; forbid the network.

    The audit hook stops Python code; DuckDB's own network is off by its configuration.
    """
    megabyte = 1024 * 1024
    _lower(resource.RLIMIT_AS, address_space_mb * megabyte)
    # The soft limit ends the process with a signal of its own; the hard one is not reached.
    _lower(resource.RLIMIT_CPU, cpu_seconds, spare=5)
    _lower(resource.RLIMIT_FSIZE, FILE_SIZE_MB * megabyte)
    _lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    sys.addaudithook(_no_network)


def _lower(kind: int, value: int, *, spare: int = 0) -> None:
    _, hard = resource.getrlimit(kind)
    top = value + spare if hard == resource.RLIM_INFINITY else min(value + spare, hard)
    resource.setrlimit(kind, (min(value, top), top))
