"""Profile a loaded table: kinds, missing cells, levels, ranges, first rows."""

import hashlib
from dataclasses import dataclass

import duckdb

from models_registry.reading.kinds import BATCH, quoted
from models_registry.reading.problem import TableProblem
from models_registry.reading.profile import ColumnProfile, Kind, TableProfile

LEVELS = 50
PREVIEW_ROWS = 5
TEXT_LENGTH = 80


@dataclass(frozen=True)
class _Summary:
    filled: int
    infinite: int
    distinct: int
    minimum: str | None
    maximum: str | None


def kind_of(sql_type: str) -> Kind:
    """Assay's kind for a DuckDB type name."""
    name = sql_type.split("(")[0]
    if name.endswith("[]") or name in ("STRUCT", "MAP", "UNION", "LIST", "BLOB", "BIT"):
        return "other"
    if name in ("FLOAT", "DOUBLE", "DECIMAL"):
        return "number"
    if "INT" in name and name != "INTERVAL":
        return "integer"
    if name.startswith("TIMESTAMP"):
        return "timestamp"
    simple: dict[str, Kind] = {"BOOLEAN": "boolean", "DATE": "date", "VARCHAR": "text"}
    return simple.get(name, "text" if name in ("ENUM", "UUID") else "other")


def kinds_in(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, Kind]:
    """Column names of `table` with their kinds, in order."""
    described = con.execute(f"DESCRIBE {quoted(table)}").fetchall()
    return {str(row[0]): kind_of(str(row[1])) for row in described}


def inspect(con: duckdb.DuckDBPyConnection, table: str, notes: list[str]) -> TableProfile:
    """Profile the loaded `table`.

    Raises TableProblem when it has no rows or when every cell of every column is missing.
    """
    kinds = kinds_in(con, table)
    rows = _one(con, f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608
    if not rows:
        raise TableProblem("no_rows", columns=len(kinds))
    summaries = _summaries(con, table, kinds)
    if not any(summary.filled for summary in summaries.values()):
        raise TableProblem("all_missing", rows=rows)
    columns = [_profile(con, table, rows, name, kinds[name], summaries[name]) for name in kinds]
    empty = [f"empty_column:{name}" for name, s in summaries.items() if not s.filled]
    shape = "\n".join(f"{column.name}\t{column.kind}" for column in columns)
    return TableProfile(
        rows=rows,
        columns=columns,
        preview=_preview(con, table),
        notes=[*notes, *empty],
        fingerprint=hashlib.sha256(shape.encode()).hexdigest(),
        dialect={},
    )


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _expressions(name: str, kind: Kind) -> list[str]:
    column = quoted(name)
    if kind == "other":
        return [f"count({column})", "0", "0", "NULL", "NULL"]
    if kind != "number":
        bounds = [f"CAST(min({column}) AS VARCHAR)", f"CAST(max({column}) AS VARCHAR)"]
        bounds = ["NULL", "NULL"] if kind == "text" else bounds
        return [f"count({column})", "0", f"approx_count_distinct({column})", *bounds]
    number = f"CAST({column} AS DOUBLE)"
    finite = f"FILTER (isfinite({number}))"
    return [
        f"count({column}) FILTER (NOT isnan({number}))",
        f"count({column}) FILTER (isinf({number}))",
        f"approx_count_distinct({column})",
        f"CAST(min({column}) {finite} AS VARCHAR)",
        f"CAST(max({column}) {finite} AS VARCHAR)",
    ]


def _summaries(
    con: duckdb.DuckDBPyConnection, table: str, kinds: dict[str, Kind]
) -> dict[str, _Summary]:
    result: dict[str, _Summary] = {}
    names = list(kinds)
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        parts = [part for name in batch for part in _expressions(name, kinds[name])]
        row = (
            con.execute(
                f"SELECT {', '.join(parts)} FROM {quoted(table)}"  # noqa: S608
            ).fetchone()
            or ()
        )
        values = iter(row)
        for name in batch:
            filled, infinite, distinct = (int(next(values)) for _ in range(3))
            result[name] = _Summary(filled, infinite, distinct, next(values), next(values))
    return result


def _profile(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rows: int,
    name: str,
    kind: Kind,
    summary: _Summary,
) -> ColumnProfile:
    levels = _levels(con, table, name) if kind != "other" and summary.distinct <= 2 * LEVELS else []
    exact = 0 < len(levels) <= LEVELS
    return ColumnProfile(
        name=name,
        kind=kind,
        nulls=rows - summary.filled,
        infinite=summary.infinite,
        distinct=len(levels) if exact else summary.distinct,
        levels=levels if exact else [],
        examples=levels[:5] if exact else _examples(con, table, name),
        minimum=summary.minimum,
        maximum=summary.maximum,
    )


def _levels(con: duckdb.DuckDBPyConnection, table: str, name: str) -> list[str]:
    column = quoted(name)
    found = con.execute(
        f"SELECT CAST({column} AS VARCHAR), count(*) FROM {quoted(table)} "  # noqa: S608
        f"WHERE {column} IS NOT NULL AND CAST({column} AS VARCHAR) <> 'nan' "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {LEVELS + 1}"
    ).fetchall()
    return [str(row[0])[:TEXT_LENGTH] for row in found]


def _examples(con: duckdb.DuckDBPyConnection, table: str, name: str) -> list[str]:
    column = quoted(name)
    found = con.execute(
        f"SELECT CAST({column} AS VARCHAR) FROM {quoted(table)} "  # noqa: S608
        f"WHERE {column} IS NOT NULL LIMIT 5"
    ).fetchall()
    return [str(row[0])[:TEXT_LENGTH] for row in found]


def _preview(con: duckdb.DuckDBPyConnection, table: str) -> list[list[str]]:
    found = con.execute(
        f"SELECT COLUMNS(*)::VARCHAR FROM {quoted(table)} LIMIT {PREVIEW_ROWS}"  # noqa: S608
    ).fetchall()
    return [["" if v is None else str(v)[:TEXT_LENGTH] for v in row] for row in found]
