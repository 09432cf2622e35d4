"""Real Celery workers and a real queue, for tests that kill them.

    with broker() as queue, Nursery(environment(queue.url, home)) as nursery:
        worker = nursery.start()
        ...
        kill9(worker)

A worker is forked from a process that has imported everything, so that fifty of them cost no
fifty starts; from the fork on it is what ``celery worker`` is, in a process group of its own.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from jobs.hints import line
from tests.services import Queue, ServerFailed, end_with_parent

ROOT = Path(__file__).resolve().parents[2]
HANDLERS = "tests.faults.handlers"


@contextmanager
def broker() -> Iterator[Queue]:
    """The embedded Valkey, or the installed server; jobs of this process go there meanwhile."""
    try:
        queue = Queue.embedded()
    except ServerFailed:
        queue = Queue.installed()
    conf = current_app.conf
    with queue, pytest.MonkeyPatch.context() as patch:
        for name in ("broker_write_url", "broker_url"):
            patch.setattr(conf, name, queue.url)
        line.reopen()
        yield queue


def database_url() -> str:
    """The database of this test run as a URL, for processes of their own."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user, host = values["USER"], quote(values["HOST"], safe="")
    return f"postgres://{user}:{values['PASSWORD']}@{host}:{values['PORT']}/{values['NAME']}"


def environment(queue_url: str, home: Path) -> dict[str, str]:
    """What a process needs to work on this test's database, files and keys."""
    home.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "ASSAY_HOME": str(home),
        "ASSAY_VAULT": str(settings.MEDIA_ROOT),
        "ASSAY_LEDGER_KEY": str(settings.LEDGER_KEY_FILE),
        "ASSAY_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database_url(),
        "REDIS_URL": queue_url,
        "PYTHONPATH": str(ROOT),
    }


class Nursery:
    """A process that has imported Assay and forks a worker whenever asked."""

    def __init__(self, env: dict[str, str], include: Sequence[str] = (HANDLERS,)) -> None:
        self.log = Path(env["ASSAY_HOME"]) / "workers.log"
        self.command = [sys.executable, "-m", "tests.faults.nursery", *include]
        self.env = env
        self.groups: set[int] = set()

    def __enter__(self) -> Self:
        self.output = self.log.open("ab")
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.output,
            text=True,
            preexec_fn=end_with_parent(),
        )
        return self

    def start(self) -> int:
        """A new worker with one pool process. Returns its process group."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("worker\n")
        self.process.stdin.flush()
        group = int(self.process.stdout.readline() or self._died())
        self.groups.add(group)
        return group

    def _died(self) -> str:
        raise AssertionError(f"The nursery ended:\n{self.log.read_text()[-3000:]}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for group in self.groups:
            kill9(group)
        self.process.kill()
        self.process.communicate()
        self.output.close()


def kill9(group: int) -> None:
    """End a whole process group at once, as a power cut would."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def eventually(true: Callable[[], object], seconds: float, step: float = 0.05) -> bool:
    """Wait until ``true()`` is, at most ``seconds``."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True
