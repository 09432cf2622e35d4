"""Refusing database options with which an acknowledged record could be lost."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

_HINT = "See docs/operations.md. With ASSAY_DEBUG=1 this is a warning."
_SQLITE_FULL = 2
_SAFE_POSTGRESQL = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
}


@register()
def options_are_durable(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The options of SQLite as configured: every commit synced, one writer at a time."""
    found: list[CheckMessage] = []
    for alias, values in settings.DATABASES.items():
        if values["ENGINE"].endswith("sqlite3"):
            found += [_message(alias, text, "E001") for text in _sqlite_problems(values)]
    return found


@register(Tags.database)
def database_is_durable(
    app_configs: Any, databases: Iterable[str] | None = None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """What the open database says of itself."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor == "postgresql":
            found += [_message(alias, text, "E002") for text in _postgresql_problems(connection)]
        elif _pragma(connection, "synchronous") < _SQLITE_FULL:
            found.append(_message(alias, "PRAGMA synchronous is not FULL", "E002"))
    return found


def _sqlite_problems(values: dict[str, Any]) -> Iterable[str]:
    options = values.get("OPTIONS", {})
    pragmas = {
        name.lower(): value.lower()
        for name, value in re.findall(
            r"PRAGMA\s+(\w+)\s*=\s*(\w+)", str(options.get("init_command", "")), re.IGNORECASE
        )
    }
    if options.get("transaction_mode") not in {"IMMEDIATE", "EXCLUSIVE"}:
        yield "transaction_mode is not IMMEDIATE: concurrent writers would fail"
    if pragmas.get("synchronous") not in {"full", "extra", "2", "3"}:
        yield "PRAGMA synchronous is not FULL: a power cut would lose acknowledged records"
    if pragmas.get("foreign_keys", "on") not in {"on", "1"}:
        yield "PRAGMA foreign_keys is off"


def _postgresql_problems(connection: Any) -> Iterable[str]:
    with connection.cursor() as cursor:
        for name, safe in _SAFE_POSTGRESQL.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            value = cursor.fetchone()[0]
            if value not in safe:
                yield f"{name} is {value}: a power cut would lose acknowledged records"


def _pragma(connection: Any, name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return int(cursor.fetchone()[0])


def _message(alias: str, text: str, number: str) -> CheckMessage:
    kind = Warning if settings.DEBUG else Error
    return kind(f"Database “{alias}”: {text}.", hint=_HINT, id=f"ledger.{number}")
