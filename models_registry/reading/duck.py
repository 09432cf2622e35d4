"""Open a table with DuckDB: one locked-down connection, one relation called `rows`."""

import importlib
import re
from pathlib import Path

import duckdb

from models_registry.reading.kinds import cast, csv_types, literal, quoted
from models_registry.reading.problem import TableProblem
from models_registry.reading.sniff import Dialect, dialect_of, format_of, names_are_usable

MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "<NA>")
MAX_CELLS = 300_000_000
LINE = re.compile(r"Line: (\d+)")
ROW = re.compile(r" in row (\d+)$")


def connect(
    scratch: Path, paths: list[Path], *, memory_mb: int, threads: int
) -> duckdb.DuckDBPyConnection:
    """An in-memory database that can read `paths`, write `scratch` and nothing else."""
    con = duckdb.connect(
        config={
            "memory_limit": f"{memory_mb}MB",
            "threads": str(threads),
            "temp_directory": str(scratch / "duckdb"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    allowed = ", ".join(literal(str(path)) for path in paths)
    con.execute(f"SET allowed_paths = [{allowed}]")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def load(
    con: duckdb.DuckDBPyConnection, path: Path, media_type: str, name: str, *, stream: bool = False
) -> list[str]:
    """Load a CSV, JSONL or Parquet file into the table `name`; return notes on how it was read.

    With `stream`, a Parquet file stays where it is and `name` is a view of it: each query then
    reads the columns that it needs, and memory does not grow with the rows. Raises TableProblem
    with a code that names the sentence to show.
    """
    kind = format_of(path, media_type)
    try:
        if kind == "parquet":
            return _load_parquet(con, path, name, stream=stream)
        if kind == "jsonl":
            return _load_jsonl(con, path, name)
        return _load_csv(con, path, dialect_of(path), name)
    except (
        duckdb.InvalidInputException,
        duckdb.IOException,
        duckdb.SerializationException,
        duckdb.NotImplementedException,
        duckdb.ConversionException,
    ) as error:
        raise _problem(error, kind, path) from error
    except duckdb.Error as error:
        # What the library itself has no name for, such as a footer that is no footer.
        if type(error) is not duckdb.Error:
            raise
        raise _problem(error, kind, path) from error


def _problem(error: duckdb.Error, kind: str, path: Path) -> TableProblem:
    line = LINE.search(str(error))
    if line and kind == "csv":
        return TableProblem("bad_line", line=int(line.group(1)), detail=_reason(error))
    first = str(error).splitlines()[0][:200]
    return TableProblem("unreadable_" + kind, detail=first.replace(str(path), "the file"))


def _reason(error: duckdb.Error) -> str:
    """The library's own words for what is wrong with the line, without its advice."""
    lines = [line.strip() for line in str(error).splitlines()]
    return next((line for line in lines if line.startswith(("Expected", "Value", "Max"))), lines[0])


def _load_parquet(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, *, stream: bool
) -> list[str]:
    source = f"read_parquet({literal(str(path))})"
    schema = con.execute(
        f"SELECT name, num_children FROM parquet_schema({literal(str(path))})"  # noqa: S608
    ).fetchall()
    top = con.execute(f"SELECT * FROM {source} LIMIT 0").description or []  # noqa: S608
    names_are_usable(_top_names([(str(row[0]), int(row[1] or 0)) for row in schema]))
    counted = con.execute(f"SELECT count(*) FROM {source}").fetchone() or (0,)  # noqa: S608
    # Run-length encoding packs any number of equal rows into a few bytes.
    if int(counted[0]) * len(top) > MAX_CELLS:
        raise TableProblem("inflates", rows=int(counted[0]), columns=len(top))
    kind = "VIEW" if stream else "TABLE"
    con.execute(f"CREATE {kind} {quoted(name)} AS SELECT * FROM {source}")  # noqa: S608
    return []


def _load_jsonl(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> list[str]:
    """One flat object per line; a column has one type on all lines, and null is missing."""
    pyarrow = importlib.import_module("pyarrow")  # a third of a second that a CSV need not wait
    reader = importlib.import_module("pyarrow.json")
    options = reader.ParseOptions(newlines_in_values=False)
    try:
        found = reader.read_json(path, parse_options=options)
    except pyarrow.ArrowInvalid as error:
        raise TableProblem("unreadable_jsonl", detail=_told(str(error))) from error
    for field in found.schema:
        if pyarrow.types.is_nested(field.type):
            raise TableProblem("nested", column=field.name)
    names_are_usable(found.column_names)
    con.register("read_here", found)
    con.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM read_here")  # noqa: S608
    con.unregister("read_here")
    return []


def _told(words: str) -> str:
    """Arrow's words, which count lines of a block from 0; without its prefix and escapes."""
    line = ROW.search(words)
    told = ROW.sub("", words.removeprefix("JSON parse error: ")).strip(" .")
    return f"{told} (line {int(line.group(1)) + 1} of its block)" if line else told


def _top_names(schema: list[tuple[str, int]]) -> list[str]:
    """Names of the first level of a Parquet schema, which is listed depth first."""
    names: list[str] = []
    pending: list[int] = []
    for name, children in schema:
        if len(pending) == 1:
            names.append(name)
        if pending:
            pending[-1] -= 1
        pending.append(children)
        while len(pending) > 1 and pending[-1] == 0:
            pending.pop()
    return names


def _csv_source(path: Path, dialect: Dialect, types: dict[str, str]) -> str:
    columns = ", ".join(f"{literal(name)}: {literal(sql)}" for name, sql in types.items())
    missing = ", ".join(literal(text) for text in MISSING)
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, header=true, strict_mode=true, "
        f"delim={literal(dialect.delimiter)}, quote='\"', escape='\"', nullstr=[{missing}], "
        f"encoding={literal(dialect.encoding)}, columns={{{columns}}})"
    )


def _load_csv(con: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, name: str) -> list[str]:
    raw = quoted(name + "_raw")
    source = _csv_source(path, dialect, dict.fromkeys(dialect.names, "VARCHAR"))
    con.execute(f"CREATE TABLE {raw} AS SELECT * FROM {source}")  # noqa: S608
    types, notes = csv_types(con, raw, list(dialect.names))
    casts = ", ".join(f"{cast(column, sql)} AS {quoted(column)}" for column, sql in types.items())
    con.execute(f"CREATE TABLE {quoted(name)} AS SELECT {casts} FROM {raw}")  # noqa: S608
    con.execute(f"DROP TABLE {raw}")
    return [*dialect.notes, *notes]
