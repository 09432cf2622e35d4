"""``manage.py up``: prepare the database, then run everything until Ctrl-C."""

import fcntl
import hashlib
import json
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Unit
from config.celery import app

DEFAULT_PORT = 8000
# Parts of libraries that no page of ours asks for.
UNUSED_STATIC = ["rest_framework", "themes", "ext", "account", "htmx-4*", "htmax*", "bootstrap*"]
# How long the guardian of a supervisor that was killed may still be busy.
_CLEARING_SECONDS = 10.0


class Command(BaseCommand):
    help = "Prepare the database on first use, then run web, worker, beat and queue until Ctrl-C."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="first port to try")
        parser.add_argument("--empty", action="store_true", help="no demonstration organisation")

    def handle(self, *args: Any, **options: Any) -> None:
        lock = hold(settings.HOME)
        self.prepare(empty=options["empty"])
        # The supervisor takes this process over: it needs none of Django, and 100 MB less so.
        os.set_inheritable(lock, True)
        self.stdout.flush()
        command = [
            *(sys.executable, "-m", "config.supervisor", "--home", str(settings.HOME)),
            *("--port", str(options["port"]), "--lock-fd", str(lock)),
        ]
        os.environ["ASSAY_HOME"] = str(settings.HOME)
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, command)  # noqa: S606 - our own module, no shell

    def prepare(self, *, empty: bool) -> None:
        """Bring database, catalogue, demonstration and static files up to date."""
        with self.timed("Database"):
            call_command("migrate", verbosity=0, interactive=False)
        with self.timed("Catalogue"):
            call_command("load_catalogue", verbosity=0, stdout=StringIO())
            call_command("load_references", verbosity=0, stdout=StringIO())
        # No worker runs yet to hear of the demonstration's jobs: the sweeper finds them.
        app.conf.broker_url = "memory://localhost/"
        if not decided(settings.HOME) and not Unit.objects.exists() and not empty:
            with self.timed("Demonstration organisation"):
                call_command("load_demo", verbosity=0, stdout=StringIO())
        decide(settings.HOME)
        fingerprint = static_fingerprint()
        stamp = Path(settings.STATIC_ROOT) / "collected"
        if not stamp.exists() or stamp.read_text() != fingerprint:
            with self.timed("Static files"):
                call_command(
                    "collectstatic",
                    verbosity=0,
                    interactive=False,
                    clear=True,
                    ignore_patterns=UNUSED_STATIC,
                )
            stamp.write_text(fingerprint)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Print what was done when it took long enough for somebody to wonder."""
        begun = time.monotonic()
        yield
        seconds = time.monotonic() - begun
        if seconds >= 0.5:
            self.stdout.write(f"{what} ready ({seconds:.1f} s)")


def hold(home: Path) -> int:
    """Lock ``home`` for this process and whatever it becomes; returns the open lock.

    A supervisor that was killed leaves the lock to its guardian for some seconds: wait for that.
    Raises CommandError when another one runs.
    """
    lock = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _CLEARING_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = int(os.pread(lock, 32, 0) or b"0")
            if alive(holder) or time.monotonic() > deadline:
                raise CommandError(_running(home, holder)) from None
            time.sleep(0.1)
            continue
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return lock


def alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _running(home: Path, holder: int) -> str:
    try:
        address = json.loads((home / "up.json").read_text())["url"]
    except (FileNotFoundError, ValueError, KeyError):
        address = "an address that it is about to print"
    return f"Assay already runs from {home} at {address} (process {holder}). Stop that one first."


def decided(home: Path) -> bool:
    """Whether an earlier start already decided for or against the demonstration organisation."""
    return (home / "first-start").exists()


def decide(home: Path) -> None:
    (home / "first-start").touch()


def static_fingerprint() -> str:
    """Changes whenever a static file is added, removed or changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
