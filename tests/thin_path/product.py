"""The whole product as ``./run`` starts it: web, worker, beat, queue; real processes only.

On PostgreSQL and Redis when DATABASE_URL and REDIS_URL say so, else on the embedded default.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.setup.running import READY, ROOT, alive, descendants, eventually

PASSWORD = re.compile(r"Password of all: (\S+)")


@dataclass
class Product:
    """A running Assay with its demonstration organisation."""

    address: str
    password: str
    environ: dict[str, str]

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py on the same data."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def own_database(name: str) -> Iterator[str | None]:
    """A fresh database beside the one of DATABASE_URL; ``None`` where that is not set."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield None
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]


@contextmanager
def running_product() -> Iterator[Product]:
    """Start everything in an empty folder, wait until it answers, stop everything."""
    with (
        tempfile.TemporaryDirectory(prefix="assay-main-job-") as folder,
        own_database(f"main_job_{os.getpid()}") as database,
    ):
        environ = {**os.environ, "ASSAY_HOME": folder}
        if database:
            environ["DATABASE_URL"] = database
        else:
            environ.pop("REDIS_URL", None)
        log = Path(folder) / "printed.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            eventually(lambda: READY.search(log.read_text()) or process.poll() is not None, 180)
            address, password = READY.search(log.read_text()), PASSWORD.search(log.read_text())
            assert address, log.read_text()
            assert password, log.read_text()
            yield Product(address[1].rstrip("/"), password[1], environ)
        finally:
            family = descendants(process.pid)
            process.terminate()
            process.wait(60)
            assert not alive(family), "something of the product still runs"
