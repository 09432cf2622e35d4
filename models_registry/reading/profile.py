"""What Assay knows about a table without keeping its rows."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["integer", "number", "boolean", "text", "date", "timestamp", "other"]

NUMERIC: frozenset[str] = frozenset({"integer", "number"})


@dataclass(frozen=True)
class ColumnProfile:
    """One column: its kind, how full it is, and what its values look like.

    `nulls` counts empty cells and NaN, `infinite` counts ±inf. `distinct` is exact up to
    50 and an estimate above. `levels` lists the values, most frequent first, when there are
    at most 50 of them; `examples` holds a few values of any column, as text.
    """

    name: str
    kind: Kind
    nulls: int
    infinite: int
    distinct: int
    levels: list[str]
    examples: list[str]
    minimum: str | None
    maximum: str | None

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True)
class TableProfile:
    """A table's shape: columns, rows, how it was read, and its first rows as text."""

    rows: int
    columns: list[ColumnProfile]
    preview: list[list[str]]
    notes: list[str]
    fingerprint: str
    dialect: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "TableProfile":
        columns = [ColumnProfile(**column) for column in data["columns"]]
        return cls(**{**data, "columns": columns})

    def column(self, name: str) -> ColumnProfile | None:
        return next((column for column in self.columns if column.name == name), None)
