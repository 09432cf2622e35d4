"""Choose the type of a CSV column from all of its cells.

DuckDB's casts are generous (`1.5` is a BIGINT to it, `yes` a BOOLEAN, `0x1F` a number), so a
cast only nominates a type and a pattern confirms it. Numbers with leading zeros stay text:
they are identifiers, and a drift figure of postcodes means nothing.
"""

import duckdb

BATCH = 50
NUMBER = r"^[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$|^[+-]?(?i:inf|infinity)$"
PATTERNS: dict[str, str] = {
    "BIGINT": r"^[+-]?(0|[1-9][0-9]{0,17})$",
    "DOUBLE": NUMBER,
    "BOOLEAN": r"^(?i:true|false)$",
    "DATE": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "TIMESTAMP": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.+Z-]+$",
}
NOMINATED = ("DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP")


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def cast(column: str, sql: str) -> str:
    """The SQL that turns a text column into its chosen type."""
    return quoted(column) if sql == "VARCHAR" else f"CAST(trim({quoted(column)}) AS {sql})"


def csv_types(
    con: duckdb.DuckDBPyConnection, table: str, names: list[str]
) -> tuple[dict[str, str], list[str]]:
    """Return the narrowest type that all non-missing cells of each column have, and notes.

    `table` is an SQL identifier of a table whose columns are all text. A note
    `mixed:<column>:<count>` says how many cells keep a mostly numeric column from being one.
    """
    filled: dict[str, int] = {}
    candidates: dict[str, list[str]] = {}
    notes: list[str] = []
    casts = {
        name: [f"TRY_CAST(trim({quoted(name)}) AS {sql})" for sql in NOMINATED] for name in names
    }
    counts = _counts(con, table, {name: [quoted(name), *casts[name]] for name in names})
    for name, (cells, *valid) in counts.items():
        filled[name] = cells
        candidates[name] = [s for s, n in zip(NOMINATED, valid, strict=True) if n == cells]
        if not candidates[name] and valid[0] >= 0.9 * cells:
            notes.append(f"mixed:{cells - valid[0]}:{name}")
    return _confirmed(con, table, filled, candidates), notes


def _confirmed(
    con: duckdb.DuckDBPyConnection,
    table: str,
    filled: dict[str, int],
    candidates: dict[str, list[str]],
) -> dict[str, str]:
    types = {name: "VARCHAR" if cells else "DOUBLE" for name, cells in filled.items()}
    wanted = {
        name: ["BIGINT", *sqls] if "DOUBLE" in sqls else sqls
        for name, sqls in candidates.items()
        if filled[name] and sqls
    }
    tests = {
        name: [f"CASE WHEN regexp_matches(trim({quoted(name)}), {literal(PATTERNS[s])}) THEN 1 END"
               for s in sqls]
        for name, sqls in wanted.items()
    }  # fmt: skip
    for name, matched in _counts(con, table, tests).items():
        fits = [s for s, n in zip(wanted[name], matched, strict=True) if n == filled[name]]
        types[name] = fits[0] if fits else "VARCHAR"
    return types


def _counts(
    con: duckdb.DuckDBPyConnection, table: str, expressions: dict[str, list[str]]
) -> dict[str, list[int]]:
    """count() of each expression, a batch of columns at a time."""
    result: dict[str, list[int]] = {}
    names = list(expressions)
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        parts = [f"count({sql})" for name in batch for sql in expressions[name]]
        row = con.execute(f"SELECT {', '.join(parts)} FROM {table}").fetchone() or ()  # noqa: S608
        values = iter(int(value) for value in row)
        for name in batch:
            result[name] = [next(values) for _ in expressions[name]]
    return result
