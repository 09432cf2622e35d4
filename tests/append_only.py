"""Emptying tables between tests that the database keeps append-only. Nothing else may do this."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from ledger.triggers import install, remove

TABLES = {
    "ledger_event": ("id",),
    "ledger_position": ('"index"', "event_id"),
    "ledger_checkpoint": ("id", "size"),
    "vault_custodyentry": ("id",),
}


@contextmanager
def unprotected() -> Iterator[None]:
    """Inside, the append-only tables take any write, as for an attacker who owns the database."""
    for table in TABLES:
        remove(connection, table)
    try:
        yield
    finally:
        for table, unique in TABLES.items():
            install(connection, table, unique)


def empty_and_restore() -> None:
    """Leave the database as the migrations left it: no rows but those that they wrote."""
    with unprotected():
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
