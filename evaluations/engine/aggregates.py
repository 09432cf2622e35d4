"""Aggregates: the only thing that is kept of a table, and the only thing a verdict sees.

An aggregate is a small table with key columns and value columns. Values are integers that
add up exactly (sums of fractions are kept in units of 1e-9), and `lo*`/`hi*` columns that
take the minimum and maximum. So merging is associative and commutative to the last bit, the
order in which threads finish cannot change a verdict, and windows add up to longer windows.
"""

import gzip
import json
from dataclasses import dataclass
from typing import Any

UNIT = 1_000_000_000
FORMAT = 1

Value = int | float | str | None


@dataclass(frozen=True)
class Aggregate:
    """Columns of equal length; `keys` name the ones that identify a row."""

    keys: tuple[str, ...]
    columns: dict[str, list[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def total(self, column: str) -> int:
        """The sum of a column; a sum over no rows is missing and counts as nothing."""
        return sum(int(value or 0) for value in self.columns[column])


Aggregates = dict[str, Aggregate]


def _combine(column: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return right if left is None else left
    if column.startswith("lo"):
        return min(left, right)
    if column.startswith("hi"):
        return max(left, right)
    return left + right  # type: ignore[operator]


def normalised(keys: tuple[str, ...], columns: dict[str, list[Any]]) -> Aggregate:
    """An aggregate with unique keys in sorted order."""
    names = list(columns)
    values = [name for name in names if name not in keys]
    rows: dict[tuple[Any, ...], dict[str, Value]] = {}
    for row in zip(*(columns[name] for name in names), strict=True):
        cells = dict(zip(names, row, strict=True))
        key = tuple(cells[name] for name in keys)
        known = rows.get(key)
        rows[key] = (
            {v: cells[v] for v in values}
            if known is None
            else {v: _combine(v, known[v], cells[v]) for v in values}
        )
    ordered = sorted(rows)
    result: dict[str, list[Any]] = {
        name: [key[position] for key in ordered] for position, name in enumerate(keys)
    }
    result.update({name: [rows[key][name] for key in ordered] for name in values})
    return Aggregate(keys, result)


def merge(left: Aggregates, right: Aggregates) -> Aggregates:
    """Aggregates of the union of two disjoint sets of rows.

    Raises ValueError when they come from different plans.
    """
    if set(left) != set(right) or any(left[name].keys != right[name].keys for name in left):
        raise ValueError("Only aggregates of the same plan can be merged")
    return {
        name: normalised(
            one.keys,
            {c: one.columns[c] + right[name].columns[c] for c in one.columns},
        )
        for name, one in left.items()
    }


def as_json(aggregates: Aggregates | None) -> dict[str, Any] | None:
    if aggregates is None:
        return None
    return {
        name: {"keys": list(one.keys), "columns": one.columns} for name, one in aggregates.items()
    }


def from_json(data: dict[str, Any] | None) -> Aggregates | None:
    if data is None:
        return None
    return {name: Aggregate(tuple(one["keys"]), dict(one["columns"])) for name, one in data.items()}


def pack(content: dict[str, Any]) -> bytes:
    """Deterministic bytes of a JSON object: the same content has the same SHA-256."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), mtime=0)


def unpack(data: bytes) -> dict[str, Any]:
    """The object that `pack` wrote. Raises ValueError when it is not one of this format."""
    content = json.loads(gzip.decompress(data))
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError("These bytes are no stored aggregates of a known format")
    return content
