"""Keeps queue, web, worker and beat running, and leaves no process behind. Standard library only.

Every service leads its own process group, so that its children can be ended with it. Two things
end the services when this process is killed: the guardian (see guardian.py) and, on Linux, the
signal that the kernel sends to a child whose parent died.
"""

import argparse
import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config import broker

HOST = "127.0.0.1"
PORTS_TO_TRY = 100
QUEUE_SECONDS = 20.0
WEB_SECONDS = 60.0
POLL_SECONDS = 0.2
# A service that ran this long was healthy: its next restart does not wait.
STEADY_SECONDS = 60.0
LONGEST_PAUSE = 30.0
LOG_BYTES = 10 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


class StartFailed(Exception):
    """A service ended, or did not answer, before Assay was ready."""


@dataclass
class Service:
    """One process group: how to start it, how long it may take to end, how it fares."""

    name: str
    command: tuple[str, ...]
    grace: float
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    restart_at: float = field(default=0.0)

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None


def listen(port: int) -> socket.socket:
    """A listening socket on the first free port from ``port`` on.

    The supervisor keeps it open, so a restarted web server gets the same address back.
    Raises OSError when the port may not be used or none of the next ones is free.
    """
    for candidate in range(port, min(port + PORTS_TO_TRY, 65536)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise
            continue
        return listener
    raise OSError(errno.EADDRINUSE, f"no free port from {port} on")


def services(home: Path, queue: broker.Broker, listener: socket.socket) -> list[Service]:
    """What runs, in the order in which it is ended."""
    python = (sys.executable, "-m")
    celery = (*python, "celery", "--app", "config.celery")
    web = (
        *(*python, "gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "8"),
        *("--graceful-timeout", "5", "--timeout", "120", "--no-control-socket"),
    )
    worker = (
        *(*celery, "worker", "--concurrency", "2", "--loglevel", "warning"),
        *("--hostname", "worker@assay", "--without-gossip", "--without-mingle"),
    )
    schedule = str(home / "queue" / "beat")
    beat = (*celery, "beat", "--schedule", schedule, "--loglevel", "warning")
    found = [
        Service("web", web, grace=8, pass_fds=(listener.fileno(),)),
        Service("worker", worker, grace=10),
        Service("beat", beat, grace=5),
    ]
    return [*found, Service("queue", queue.command, grace=10)] if queue.command else found


class Supervisor:
    """Runs the services of one ``home`` until it is told to stop."""

    def __init__(self, home: Path, port: int, lock_fd: int) -> None:
        self.home = home
        self.lock_fd = lock_fd
        self.begun = time.monotonic()
        self.signals = 0
        self.queue = broker.choose(home, os.environ)
        self.listener = listen(port)
        self.address = f"http://{HOST}:{self.listener.getsockname()[1]}/"
        self.services = services(home, self.queue, self.listener)
        self.guardian: subprocess.Popen[bytes] | None = None
        self.libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def run(self) -> int:
        """Start everything, say so, watch; returns the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start_all()
            self._announce()
            while not self.signals:
                self._watch()
                time.sleep(POLL_SECONDS)
        except StartFailed as error:
            if not self.signals:
                say(str(error))
                return 1
        finally:
            self._stop_all()
        return 0

    def _on_signal(self, number: int, frame: object) -> None:
        self.signals += 1

    # --- starting ------------------------------------------------------------------------------

    def _start_all(self) -> None:
        folder = broker.private_folder(self.home / "queue")
        (folder / "url").write_text(self.queue.url + "\n")
        broker.private_folder(self.home / "log")
        self._start_guardian()
        if self.queue.socket:
            broker.private_folder(self.queue.socket.parent)
            broker.private_folder(folder / Path(self.queue.command[0]).name)
            self._start(self.services[-1])
            self._wait_for(self._queue_answers, QUEUE_SECONDS, "queue")
        for service in self.services:
            if service.process is None:
                self._start(service)
        self._wait_for(self._web_answers, WEB_SECONDS, "web")

    def _start_guardian(self) -> None:
        command = (sys.executable, "-I", "-S", str(Path(__file__).with_name("guardian.py")))
        # It holds the lock too: nobody starts anew while it still ends what was left.
        self.guardian = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(self.lock_fd,),
        )
        for service in self.services:
            self._tell_guardian(service)

    def _tell_guardian(self, service: Service) -> None:
        if self.guardian is None or self.guardian.stdin is None:
            return
        group = service.process.pid if service.process else 0
        try:
            self.guardian.stdin.write(f"{service.name} {group}\n".encode())
            self.guardian.stdin.flush()
        except BrokenPipeError:
            return  # it was killed: the next look starts another one

    def _start(self, service: Service) -> None:
        with self._log(service.name).open("ab") as log:
            service.process = subprocess.Popen(
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=service.pass_fds,
                preexec_fn=self._tie(os.getpid()),
            )
        service.started = time.monotonic()
        self._tell_guardian(service)

    def _tie(self, parent: int) -> Callable[[], None]:
        """For the child between fork and exec: end when ``parent`` ends (Linux)."""
        libc = self.libc

        def tie() -> None:
            if libc is None:
                return
            libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
            if os.getppid() != parent:
                os._exit(1)

        return tie

    def _wait_for(self, answers: Callable[[], bool], seconds: float, name: str) -> None:
        deadline = time.monotonic() + seconds
        while not answers():
            lost = next((service.name for service in self.services if service.ended()), None)
            if self.signals:
                raise StartFailed("stopped while starting")
            if lost or time.monotonic() > deadline:
                raise StartFailed(self._failure(lost or name))
            time.sleep(0.05)

    def _queue_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.queue.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _web_answers(self) -> bool:
        host, port = self.listener.getsockname()
        client = http.client.HTTPConnection(host, port, timeout=1)
        try:
            client.request("GET", "/healthz")
            return client.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()

    def _failure(self, name: str) -> str:
        log = self._log(name)
        tail = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
        return "\n".join([f"The {name} did not start. The end of {log}:", *tail])

    def _log(self, name: str) -> Path:
        log = self.home / "log" / f"{name}.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log

    def _announce(self) -> None:
        (self.home / "up.json").write_text(f'{{"pid": {os.getpid()}, "url": "{self.address}"}}\n')
        say(f"\nAssay is ready at {self.address}  ({time.monotonic() - self.begun:.1f} s)")
        login = self.home / "demo-login.txt"
        if login.exists():
            say("".join(f"  {line}\n" for line in login.read_text().splitlines()).rstrip())
        say(f"  Records and logs are in {self.home}")
        if self.queue.warning:
            say(f"  Warning: {self.queue.warning}")
        say("  Ctrl-C stops it.\n")

    # --- watching ------------------------------------------------------------------------------

    def _watch(self) -> None:
        if self.guardian is None or self.guardian.poll() is not None:
            self._start_guardian()
        now = time.monotonic()
        for service in self.services:
            if service.ended():
                self._lost(service, now)
            if service.process is None and now >= service.restart_at:
                self._start(service)

    def _lost(self, service: Service, now: float) -> None:
        """Clear away what a service that ended left, and say when it starts again."""
        status = service.process.returncode if service.process else 0
        self._clear(service)
        steady = now - service.started > STEADY_SECONDS
        service.pause = 0.0 if steady else min(max(0.5, service.pause * 2), LONGEST_PAUSE)
        service.restart_at = now + service.pause
        say(f"The {service.name} ended ({status}) and starts again; see {self._log(service.name)}")

    # --- stopping ------------------------------------------------------------------------------

    def _stop_all(self) -> None:
        begun = time.monotonic()
        for service in self.services:
            self._stop(service)
        self.listener.close()
        (self.home / "up.json").unlink(missing_ok=True)
        if self.guardian is not None and self.guardian.stdin is not None:
            self.guardian.stdin.close()
            self.guardian.wait()
        say(f"Assay has stopped ({time.monotonic() - begun:.1f} s).")

    def _stop(self, service: Service) -> None:
        """SIGTERM, and SIGKILL to the whole group after the grace or at a second Ctrl-C."""
        if service.process is None:
            return
        deadline = time.monotonic() + service.grace
        service.process.terminate()
        while service.process.poll() is None and time.monotonic() < deadline:
            if self.signals > 1:
                break
            time.sleep(0.02)
        self._clear(service)

    def _clear(self, service: Service) -> None:
        if service.process is None:
            return
        # The group is gone already when every process of it has ended.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(service.process.pid, signal.SIGKILL)
        service.process.wait()
        service.process = None
        self._tell_guardian(service)


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--lock-fd", type=int, required=True)
    options = parser.parse_args()
    try:
        supervisor = Supervisor(options.home, options.port, options.lock_fd)
    except OSError as error:
        say(f"Assay cannot listen on port {options.port}: {error.strerror}")
        return 1
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main())
