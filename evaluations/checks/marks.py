"""Fingerprints of rows: what repeats, without keeping a row.

A row is named by a hash of some of its columns; of large tables only the rows whose hash falls
into one of every `every` classes are kept, always the same ones. So repeated rows can be
counted over any number of windows and nothing of a row can be read back.
"""

from typing import Any

import ibis

from evaluations.engine.expressions import NUMERIC, level, number
from evaluations.engine.protocol import Expression, Query, Schema

KEPT = 4096
RANGE = 2**40
EMPTY = 1_000_003
EXACT = 2**53
# Columns that choose rows, and the rows on which they are tried.
CHOOSE, LOOK = 3, 30_000


def fingerprint(table: Expression, columns: list[str], schema: Schema) -> Expression:
    """A whole number per row, equal for equal rows.

    Numbers are hashed as numbers, since writing them as text costs more than all the rest; each
    column's hash is multiplied by an odd number of its own, so that it matters which is which.
    """
    total = ibis.literal(0)
    for place, column in enumerate(columns):
        for part, hashed in enumerate(_hashes(table, column, schema[column])):
            kept = (hashed % RANGE).cast("int64").coalesce(EMPTY)
            total = total + kept * (4 * place + 2 * part + 1)
    return (total % RANGE + RANGE) % RANGE


def _hashes(table: Expression, column: str, kind: str) -> list[Expression]:
    """Hashes of a column; whole numbers beyond 2^53 differ in the second one alone."""
    if kind not in NUMERIC:
        return [level(table, column, kind).hash()]
    # Adding nothing makes one zero of the two that there are.
    value = number(table, column) + 0.0
    if kind != "integer":
        return [value.hash()]
    whole = table[column]
    beyond = (whole > EXACT) | (whole < -EXACT)
    return [value.hash(), beyond.ifelse(whole % 4096, 0)]


def freeze(query: Query, table: Expression, keep: int = KEPT) -> int:
    """Of how many fingerprints one is kept, so that about `keep` of the rows are."""
    rows = int(query(table.agg(n=table.count()))["n"][0] or 0)
    return max(1, -(-rows // keep))


def choosing(query: Query, table: Expression, columns: list[str], schema: Schema) -> list[str]:
    """A few columns whose values alone tell nearly all rows apart; else all columns.

    Rows are chosen by these, so that only the chosen ones need all columns hashed.
    """
    few = [c for c in columns if schema[c] == "number"][:CHOOSE]
    rows = int(query(table.agg(n=table.count()))["n"][0] or 0)
    if len(few) < CHOOSE or rows < 2 * LOOK:
        return columns
    marked = table.mutate(h=fingerprint(table, few, schema))
    sample = marked.filter(marked.h % (rows // LOOK) == 0)
    told = query(sample.agg(n=sample.count(), different=sample.h.nunique()))
    seen, different = int(told["n"][0]), int(told["different"][0])
    return few if LOOK / 2 < seen < 2 * LOOK and different > 0.9 * seen else columns


def repeated(
    table: Expression,
    columns: list[str],
    schema: Schema,
    every: int,
    chosen: list[str] | None = None,
    **sums: Any,
) -> Expression:
    """Rows per kept fingerprint `h`, with further named sums over columns of `table`.

    `chosen` are columns by which the rows are chosen; all of `columns` when it is not given.
    """
    by = [c for c in chosen or columns if c in schema]
    if every > 1 and by and by != columns:
        table = table.filter(fingerprint(table, by, schema) % every == 0)
        every = 1
    marked = table.mutate(h=fingerprint(table, columns, schema))
    kept = marked.filter(marked.h % every == 0) if every > 1 else marked
    named = {name: kept[column].sum().cast("int64") for name, column in sums.items()}
    return kept.group_by("h").agg(k=kept.count(), **named)


def bucket(value: Expression, buckets: int) -> Expression:
    """One of `buckets` classes of a text value."""
    return (((value.hash() % buckets) + ibis.literal(buckets)) % buckets).cast("int64")
