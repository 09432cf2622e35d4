"""Fingerprints of rows: what repeats, without keeping a row.

A row is named by a hash of some of its columns; of large tables only the rows whose hash falls
into one of every `every` classes are kept, always the same ones. So repeated rows can be
counted over any number of windows and nothing of a row can be read back.
"""

from typing import Any

import ibis

from evaluations.engine.expressions import MISSING, level
from evaluations.engine.protocol import Expression, Query, Schema

KEPT = 4096
RANGE = 2**40
BETWEEN = "\x1f"


def fingerprint(table: Expression, columns: list[str], schema: Schema) -> Expression:
    """A whole number per row, equal for equal rows."""
    parts = [level(table, c, schema[c]).coalesce(MISSING) for c in columns]
    text = parts[0]
    for part in parts[1:]:
        text = text + BETWEEN + part
    hashed = text.hash() % RANGE
    return ((hashed + RANGE) % RANGE).cast("int64")


def freeze(query: Query, table: Expression, keep: int = KEPT) -> int:
    """Of how many fingerprints one is kept, so that about `keep` of the rows are."""
    rows = int(query(table.agg(n=table.count()))["n"][0] or 0)
    return max(1, -(-rows // keep))


def repeated(
    table: Expression, columns: list[str], schema: Schema, every: int, **sums: Any
) -> Expression:
    """Rows per kept fingerprint `h`, with further named sums over columns of `table`."""
    marked = table.mutate(h=fingerprint(table, columns, schema))
    kept = marked.filter(marked.h % every == 0) if every > 1 else marked
    named = {name: kept[column].sum().cast("int64") for name, column in sums.items()}
    return kept.group_by("h").agg(k=kept.count(), **named)


def bucket(value: Expression, buckets: int) -> Expression:
    """One of `buckets` classes of a text value."""
    return (((value.hash() % buckets) + ibis.literal(buckets)) % buckets).cast("int64")
