"""Tables that the database itself keeps append-only, whoever speaks to it.

The owner of the database can of course drop a trigger; ``verify_ledger`` then says so.
"""

from typing import Any

from django.db import migrations

_SQLITE = (
    """CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
)
# INSERT OR REPLACE removes the old row without firing a delete trigger.
_SQLITE_NO_REPLACE = """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION assay_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501'; END $$""",
    """CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION assay_append_only()""",
    """CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION assay_append_only()""",
)


def statements(vendor: str, table: str, unique: tuple[str, ...]) -> list[str]:
    """The SQL that makes ``table`` append-only; ``unique`` are its unique columns."""
    if vendor == "postgresql":
        return [sql.format(table=table) for sql in _POSTGRESQL]
    same = " OR ".join(f"{column} = NEW.{column}" for column in unique)
    return [sql.format(table=table, same=same) for sql in (*_SQLITE, _SQLITE_NO_REPLACE)]


def names(vendor: str, table: str) -> set[str]:
    """The names of the triggers that ``statements`` makes."""
    if vendor == "postgresql":
        return {f"{table}_no_change", f"{table}_no_truncate"}
    return {f"{table}_no_update", f"{table}_no_delete", f"{table}_no_replace"}


def present(connection: Any) -> set[str]:
    """The names of all enabled triggers in the database."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def install(connection: Any, table: str, unique: tuple[str, ...]) -> None:
    """Make ``table`` append-only."""
    with connection.cursor() as cursor:
        for sql in statements(connection.vendor, table, unique):
            cursor.execute(sql)


def remove(connection: Any, table: str) -> None:
    """Make ``table`` an ordinary one again, as a migration that rebuilds it must."""
    target = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in sorted(names(connection.vendor, table)):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{target}")


def append_only(table: str, *unique: str) -> migrations.RunPython:
    """A migration operation that makes ``table`` append-only."""
    return migrations.RunPython(
        lambda apps, editor: install(editor.connection, table, unique),
        lambda apps, editor: remove(editor.connection, table),
    )
