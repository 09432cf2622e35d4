"""The migrated database: made once for all processes of a run, and copied by each.

Migrating costs ten times what copying costs. The copy is named by the digest of all migrations,
so that the next run finds it, too, until a migration changes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def copied() -> Iterator[None]:
    """Inside, the database of this process's tests is there and migrated."""
    target = str(connection.creation._get_test_db_name())
    postgres = connection.vendor == "postgresql"
    with _alone():
        (_copy_postgres if postgres else _copy_file)(f"assay_migrated_{_digest()}", target)
    real = connection.settings_dict["NAME"]
    _lead_to(target)
    try:
        yield
    finally:
        _lead_to(real)
        _drop(target) if postgres else _remove(Path(target))


def _lead_to(database: str) -> None:
    """Every connection of this process from now on."""
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = database
    connection.settings_dict["NAME"] = database


def _digest() -> str:
    """Of every migration, and of what they call."""
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")]
    files += [ROOT / "ledger" / "triggers.py", ROOT / "ledger" / "founding.py"]
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    with (settings.HOME / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(url: str) -> None:
    environ = {**os.environ, "DATABASE_URL": url, "ASSAY_HOME": str(settings.HOME)}
    # A server of the tests need not survive a power cut, which the checks would ask of it.
    command = [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environ, check=True)


# --- SQLite ------------------------------------------------------------------------------------


def _copy_file(name: str, target: str) -> None:
    kept = settings.HOME / f"{name}.sqlite3"
    if not kept.exists():
        for old in settings.HOME.glob("assay_migrated_*"):
            old.unlink()
        half = kept.with_suffix(".half")
        _migrate(f"sqlite:///{half}")
        _remove_journal(half)
        half.rename(kept)
    shutil.copyfile(kept, target)


def _remove_journal(path: Path) -> None:
    """The last connection has written everything into the file when it closed."""
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _remove_journal(path)


# --- PostgreSQL --------------------------------------------------------------------------------


def _copy_postgres(name: str, target: str) -> None:
    with _server() as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            half = f"{name}_half"
            _run(server, "DROP DATABASE IF EXISTS {}", half)
            _run(server, "CREATE DATABASE {}", half)
            _migrate(_url_of(half))
            _run(server, "ALTER DATABASE {} RENAME TO {}", half, name)
        _run(server, "DROP DATABASE IF EXISTS {}", target)
        _run(server, "CREATE DATABASE {} TEMPLATE {}", target, name)


def _drop(target: str) -> None:
    with _server() as server:
        _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", target)


def _server() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def _run(server: psycopg.Connection[tuple[object, ...]], command: str, *names: str) -> None:
    server.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


def _url_of(database: str) -> str:
    head, slash, tail = os.environ["DATABASE_URL"].rpartition("/")
    _name, mark, query = tail.partition("?")
    return f"{head}{slash}{database}{mark}{query}"
