"""PostgreSQL and Redis for tests: own servers in a temporary folder, no port, ended by process id.

Each is started by ``start()``, ended in an orderly way by ``stop()``, or at once by ``kill()``;
after either, ``start()`` brings it back with what it had kept. As a context manager it does both.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from config import broker

START_SECONDS = 30.0


class ServerFailed(Exception):
    """A server did not start; the message holds the end of its log."""


class Server(ABC):
    """One server process that ends with the test run, whatever happens to that."""

    patience = START_SECONDS
    family = False  # whether it starts processes of its own that outlive it

    def __init__(self, name: str) -> None:
        # Directly in the temporary folder: a Unix socket's path has room for about 100 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix=f"assay-{name}-"))
        self.log = self.folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.user: pwd.struct_passwd | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its words."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether a client would be served now."""

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                preexec_fn=end_with_parent(),
                start_new_session=self.family,
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )
        deadline = time.monotonic() + self.patience
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise ServerFailed("\n".join(self.log.read_text().splitlines()[-15:]))
            time.sleep(0.05)

    def stop(self) -> None:
        self.end(signal.SIGINT)

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.family:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Queue(Server):
    """Redis or Valkey on a Unix socket: what ``config.broker`` would start."""

    def __init__(self, chosen: broker.Broker) -> None:
        super().__init__("queue")
        if not chosen.command:
            raise ServerFailed("No Redis or Valkey server was found.")
        self.program = chosen.command[0]
        self.socket = self.folder / "queue.sock"
        self.url = broker.socket_url(self.socket)

    @classmethod
    def embedded(cls) -> Self:
        """The Valkey of the wheel, as on a machine that has no other."""
        return cls(broker.choose(Path(tempfile.gettempdir()), {"PATH": ""}))

    @classmethod
    def installed(cls) -> Self:
        """The server on PATH, as in production."""
        return cls(broker.choose(Path(tempfile.gettempdir()), {"PATH": os.environ["PATH"]}))

    def command(self) -> list[str]:
        return list(broker.server_command(self.program, self.socket, self.folder))

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False


class Postgres(Server):
    """A PostgreSQL cluster of its own. It never runs as root, which PostgreSQL refuses."""

    def __init__(self) -> None:
        super().__init__("postgres")
        programs = postgres_programs()
        if programs is None:
            raise ServerFailed("No PostgreSQL server was found.")
        self.programs = programs
        self.data = self.folder / "data"
        if os.geteuid() == 0:
            self.user = unprivileged_user()
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.url = f"postgres://assay@{str(self.folder).replace('/', '%2F')}/assay"
        self._dsn = f"host={self.folder} user=assay dbname=postgres connect_timeout=2"

    def start(self) -> None:
        new = not self.data.exists()
        if new:
            self._make_cluster()
        super().start()
        if new:
            with psycopg.connect(self._dsn, autocommit=True) as connection:
                connection.execute("CREATE DATABASE assay")

    def _make_cluster(self) -> None:
        words = ["--auth=trust", "--username=assay", "--encoding=UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(
            [self.programs / "initdb", "--pgdata", self.data, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.folder,
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            check=False,
        )
        if made.returncode:
            raise ServerFailed(made.stdout + made.stderr)

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": "120",
            "shared_buffers": "64MB",
            # A test needs no protection from a power cut.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        words = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *words]

    def answers(self) -> bool:
        try:
            psycopg.connect(self._dsn).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """End at once and without a checkpoint, as ``pg_ctl stop -m immediate`` does."""
        self.end(signal.SIGQUIT)


def postgres_programs() -> Path | None:
    """The folder of the newest installed PostgreSQL server."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    places = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
    folders = [folder for place in places for folder in Path("/").glob(place.lstrip("/"))]
    usable = [folder for folder in folders if (folder / "initdb").exists()]
    return max(usable, key=lambda folder: [int(n) for n in _numbers(folder)], default=None)


def _numbers(folder: Path) -> list[str]:
    return "".join(c if c.isdigit() else " " for c in str(folder)).split()


def unprivileged_user() -> pwd.struct_passwd:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def end_with_parent() -> Callable[[], None] | None:
    """For a child between fork and exec: the kernel ends it when the test run is killed (Linux)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(1, int(signal.SIGKILL))
