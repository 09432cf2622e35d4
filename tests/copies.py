"""What nearly every test begins with, built by the real actions once per process, then copied.

Building the world costs 25 ledger events; copying its rows inside the database costs a few
statements. A copy has the same keys each time; events get the next numbers, as nothing names them.
"""

import copy
from collections.abc import Callable
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.test import override_settings

from ledger.models import Event
from tests.append_only import Standing, every_model
from tests.builders.frameworks import load
from tests.world import World, build_world

_KEEPS = "kept_{layer}_{table}"
_layers: dict[str, "Layer"] = {}


class Layer:
    """The rows that one builder adds to what is there, and what it returned."""

    def __init__(self, name: str, build: Callable[[], Any]) -> None:
        self.name = name
        before = {model: _keys(model) for model in every_model()}
        self.made = build()
        self.models = [model for model in before if self._keep(model, before[model])]

    def _keep(self, model: type[Model], known: set[Any]) -> bool:
        """Set the new rows of a table aside; False when there are none."""
        new = _keys(model) - known
        if not new:
            return False
        table, kept, columns, key = self._names(model)
        marks = ", ".join(["%s"] * len(new))
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE {kept} AS SELECT {columns} FROM {table}"  # noqa: S608
                f" WHERE {key} IN ({marks}) ORDER BY {key}",
                list(new),
            )
        return True

    def _names(self, model: type[Model]) -> tuple[str, str, str, str]:
        quote, meta = connection.ops.quote_name, model._meta
        columns = [
            quote(str(field.column))
            for field in meta.concrete_fields
            if not (model is Event and field.primary_key)
        ]
        kept = _KEEPS.format(layer=self.name, table=meta.db_table)
        assert meta.pk is not None
        return (
            quote(meta.db_table),
            quote(kept),
            ", ".join(columns),
            quote(str(meta.pk.column)),
        )

    def put(self) -> Any:
        """Copy the rows into the database; objects of their own for each test."""
        with transaction.atomic(), connection.cursor() as cursor:
            for model in self.models:
                table, kept, columns, _key = self._names(model)
                cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {kept}")  # noqa: S608
            # PostgreSQL's sequences do not notice rows that bring their own ids.
            for sql in connection.ops.sequence_reset_sql(no_style(), self.models):
                cursor.execute(sql)
        return copy.deepcopy(self.made)


def _keys(model: type[Model]) -> set[Any]:
    return set(model._base_manager.values_list("pk", flat=True))


def keep_layers(standing: Standing) -> None:
    """Build what is copied later, once the database of the tests is there."""
    standing.remember()
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        _layers["world"] = Layer("world", build_world)
        _layers["catalogue"] = Layer("catalogue", lambda: load(_layers["world"].made))
    standing.restore()


def put_world() -> World:
    """The world, as ``build_world`` would make it."""
    made: World = _layers["world"].put()
    made.kept["catalogue"] = _layers["catalogue"].put
    return made
