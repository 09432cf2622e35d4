"""Emptying tables between tests that the database keeps append-only. Nothing else may do this."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from ledger.triggers import install, remove

TABLES = {
    "ledger_event": ("id",),
    "ledger_position": ('"index"', "event_id"),
    "ledger_checkpoint": ("id", "size"),
    "vault_custodyentry": ("id",),
}
# Tables above the ledger, whose own tests show that the database refuses changes.
ABOVE = {"incidents_timelineentry": ("id", "check_run_id"), "incidents_submission": ("id",)}


@contextmanager
def unprotected() -> Iterator[None]:
    """Inside, the append-only tables take any write, as for an attacker who owns the database."""
    for table in TABLES | ABOVE:
        remove(connection, table)
    try:
        yield
    finally:
        for table, unique in (TABLES | ABOVE).items():
            install(connection, table, unique)


class Standing:
    """What the migrations wrote: put back after each test that commits."""

    def __init__(self) -> None:
        self.rows: list[Model] | None = None

    def remember(self) -> None:
        """Called before the first such test, while the database is as migrated."""
        if self.rows is None:
            self.rows = [row for m in every_model() for row in m._base_manager.order_by("pk")]

    def restore(self) -> None:
        """Empty every table, then put the rows of the migrations back."""
        with unprotected():
            # Cascading reaches knox's own token table, which no model here stands for.
            call_command(
                "flush",
                verbosity=0,
                interactive=False,
                inhibit_post_migrate=True,
                allow_cascade=True,
            )
            with transaction.atomic(), connection.constraint_checks_disabled():
                for row in self.rows or ():
                    row.save_base(raw=True, force_insert=True)
            _count_on()


def every_model() -> list[type[Model]]:
    """All models with a table of their own."""
    return [m for m in apps.get_models() if m._meta.managed and not m._meta.proxy]


def _count_on() -> None:
    """PostgreSQL's sequences do not notice rows that bring their own ids."""
    written = [model for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(sql)
