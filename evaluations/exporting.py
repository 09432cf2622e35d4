"""Stored aggregates as one flat table: one row per counted group and measure."""

import csv
import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from web.lists import safe_cell

HEAD = ("side", "aggregate", "group", "measure", "value")
Line = tuple[str, str, str, str, float | None]


def lines(content: dict[str, Any]) -> Iterator[Line]:
    """(side, aggregate, group, measure, value); the group reads "key=value, key=value"."""
    for side in ("reference", "current"):
        for name, one in sorted((content.get(side) or {}).items()):
            keys, columns = one["keys"], one["columns"]
            measures = [column for column in columns if column not in keys]
            for i in range(len(next(iter(columns.values()), []))):
                group = ", ".join(f"{key}={columns[key][i]}" for key in keys)
                for measure in measures:
                    yield side, name, group, measure, _number(columns[measure][i])


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def as_csv(content: dict[str, Any]) -> bytes:
    """The table as CSV in UTF-8, no cell of which a spreadsheet runs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([safe_cell(cell) for cell in line] for line in lines(content))
    return out.getvalue().encode()


def as_parquet(content: dict[str, Any]) -> bytes:
    """The table as Parquet."""
    pandas = import_module("pandas")
    out = io.BytesIO()
    table = pandas.DataFrame(list(lines(content)), columns=list(HEAD))
    table.to_parquet(out, index=False)
    return out.getvalue()
