"""A real ``manage.py up`` in a process of its own, and what it started."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"Assay is ready at (http://\S+)")


@dataclass
class Process:
    pid: int
    parent: int
    command: str


def processes() -> list[Process]:
    """Every process that runs; one that has ended and is not yet reaped does not."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state not in "ZX":
            found.append(Process(int(folder.name), int(parent), command.replace("\0", " ").strip()))
    return found


def descendants(pid: int) -> list[Process]:
    every = processes()
    family = {pid}
    while more := {p.pid for p in every if p.parent in family} - family:
        family |= more
    return [p for p in every if p.pid in family - {pid}]


def alive(family: list[Process]) -> list[Process]:
    """Those that still run as what they were: a number may be used anew."""
    now = {(p.pid, p.command) for p in processes()}
    return [p for p in family if (p.pid, p.command) in now]


def eventually(true: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Running:
    """One ``manage.py up --empty`` with what it printed so far."""

    def __init__(self, home: Path, *words: str) -> None:
        self.home = home
        self.output = home.parent / f"{home.name}-{time.monotonic_ns()}.txt"
        environ = {k: v for k, v in os.environ.items() if k not in {"REDIS_URL", "DATABASE_URL"}}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--empty", *words],
                cwd=ROOT,
                env={**environ, "ASSAY_HOME": str(home)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def printed(self) -> str:
        return self.output.read_text()

    def address(self) -> str:
        """Wait until it is ready; returns where. Fails with what was printed."""
        found = eventually(lambda: READY.search(self.printed()) or self.process.poll(), 90)
        match = READY.search(self.printed())
        assert found, self.printed()
        assert match, self.printed()
        return match[1]

    def family(self) -> list[Process]:
        return descendants(self.process.pid)

    def whole_family(self) -> list[Process]:
        """Guardian, queue, beat, web and its worker, worker and its two children: all are there."""
        assert eventually(lambda: len(self.family()) >= 8, 30), self.family()
        return self.family()

    def service(self, word: str) -> list[Process]:
        """The processes of one service: main process and children share their command."""
        return [p for p in self.family() if word in p.command]


@contextmanager
def up(home: Path, *words: str) -> Iterator[Running]:
    running = Running(home, *words)
    family: list[Process] = []
    try:
        yield running
        family = running.family()
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGINT)
        try:
            running.process.wait(40)
        except subprocess.TimeoutExpired:
            running.process.kill()
            running.process.wait()
        for left in alive(family):
            os.kill(left.pid, signal.SIGKILL)


def answers(address: str) -> bool:
    try:
        with urlopen(address + "healthz", timeout=2) as response:  # noqa: S310 - our own address
            return response.status == 200
    except OSError:
        return False
