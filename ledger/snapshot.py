"""Reading the whole database as it stood at one moment, without holding up writers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_BEGIN = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads inside see the same state. Inside a transaction this changes nothing.

    Django's own ``atomic`` would take SQLite's write lock (transaction mode IMMEDIATE).
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor, _small_memory():
        cursor.execute(_BEGIN[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def _small_memory() -> Iterator[None]:
    """Read SQLite's file in pieces: mapped into memory, all of it would count as ours."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA mmap_size")
        size = int(cursor.fetchone()[0])
        cursor.execute("PRAGMA mmap_size=0")
        yield
        cursor.execute(f"PRAGMA mmap_size={size}")
