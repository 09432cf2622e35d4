"""The few Ibis phrases that checks are written in.

About twenty operations are used in all, so that the same definition runs on DuckDB and on a
warehouse. Fractions are summed in whole units of 1e-9 (see `aggregates`).
"""

import math
from typing import Any

import ibis

from evaluations.engine.aggregates import UNIT
from evaluations.engine.protocol import Expression, Roles, Schema

TYPES = {
    "integer": "int64",
    "number": "float64",
    "boolean": "boolean",
    "text": "string",
    "date": "date",
    "timestamp": "timestamp",
}
NUMERIC = frozenset({"integer", "number"})
MISSING = "(missing)"
MIXED = "it holds numbers in one table and text in the other"
OTHER = "(other values)"


def rows_of(schema: Schema) -> Expression:
    """The unbound table `rows`; a plan is a definition, not yet a query."""
    known = {name: TYPES[kind] for name, kind in schema.items() if kind in TYPES}
    return ibis.table(known, name="rows")


def number(table: Expression, column: str) -> Expression:
    """A column as float64, NaN as missing."""
    stored = table[column]
    value = stored.cast("float64")
    if not stored.type().is_floating():
        return value
    return value.isnan().ifelse(ibis.null("float64"), value)


def level(table: Expression, column: str, kind: str) -> Expression:
    """A column's value as text; whole numbers lose no digits and gain no ".0"."""
    value = table[column]
    if kind == "number":
        # 1.0 in one table and 1 in the other must be the same level.
        whole = number(table, column)
        inside = whole.clip(-9e15, 9e15).floor().cast("int64")
        return (whole == inside).ifelse(inside.cast("string"), whole.cast("string"))
    return value.cast("string")


def is_label(table: Expression, column: str, kind: str, label: str) -> Expression:
    """1 where the column holds `label`, 0 where it holds another value, missing stays missing."""
    if kind in NUMERIC:
        try:
            wanted = float(label)
        except ValueError:
            wanted = math.inf
        return (number(table, column) == wanted).cast("int64")
    value = table[column].cast("string")
    if kind == "boolean":
        return (value.lower() == label.lower()).cast("int64")
    return (value == label).cast("int64")


def units(value: Expression) -> Expression:
    """A fraction in whole units of 1e-9, so that sums are exact in any order."""
    return (value * UNIT).round().cast("int64")


def confusion(table: Expression, schema: Schema, roles: Roles) -> Expression:
    """The table with 0/1 columns `y` and `p`; rows where either is missing are left out."""
    marked = table.mutate(
        y=is_label(table, roles.y_true, schema[roles.y_true], roles.positive),
        p=is_label(table, roles.y_pred, schema[roles.y_pred], roles.positive),
    )
    return marked.filter(marked.y.notnull() & marked.p.notnull())


def confusion_counts(table: Expression) -> dict[str, Any]:
    """The four cells of the confusion table as named sums over `y` and `p`."""
    y, p = table.y, table.p
    return {
        "tp": (y * p).sum().cast("int64"),
        "fp": ((1 - y) * p).sum().cast("int64"),
        "fn": (y * (1 - p)).sum().cast("int64"),
        "tn": ((1 - y) * (1 - p)).sum().cast("int64"),
    }
