"""Tables that are broken on purpose: each gets a sentence, nothing gets through."""

import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.errors import Refused
from models_registry.reading.process import ChildLimits
from models_registry.reading.tables import inspect_table, refuse_oversize

CSV, PARQUET = "text/csv", "application/vnd.apache.parquet"


def zipped(megabytes=1):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("predictions.csv", b"0" * megabytes * 1024 * 1024)
    return out.getvalue()


def parquet(table):
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


BROKEN = {
    "empty_file": (b"", CSV, "header line"),
    "only_blanks": (b"\n\n  \n", CSV, "header line"),
    "no_rows": (b"a,b\n", CSV, "2 columns and no rows"),
    "all_missing": (b"a,b\nNaN,\n,NA\n", CSV, "every cell of every column is missing"),
    "a_zip_bomb_named_csv": (zipped(64), CSV, "zip archive"),
    "a_zip_bomb_named_parquet": (zipped(), PARQUET, "zip archive"),
    "a_gzip": (gzip.compress(b"a,b\n1,2\n"), CSV, "gzip archive"),
    "csv_named_parquet": (b"a,b\n1,2\n", PARQUET, "its bytes are csv"),
    "parquet_named_csv": (parquet(pa.table({"a": [1]})), CSV, "its bytes are parquet"),
    "cut_parquet": (parquet(pa.table({"a": [1]}))[:-5], PARQUET, "ends too early"),
    "garbage_parquet": (b"PAR1" + bytes(range(200)) + b"PAR1", PARQUET, "cannot be read"),
    "doubled_column": (b"a,b,a\n1,2,3\n", CSV, "Two columns are called"),
    "doubled_but_for_case": (b"Age,age\n1,2\n", CSV, "Two columns are called"),
    "no_header": (b"1,2\n3,4\n", CSV, "Add a header line"),
    "nul": (b"a,b\n1,\x002\n", CSV, "NUL bytes"),
    "utf16": ("a,b\n1,2\n".encode("utf-16"), CSV, "UTF-16"),
    "short_line": (b"a,b,c\n1,2,3\n4,5\n", CSV, "Line 3"),
    "long_line": (b"a,b\n1,2\n3,4,5\n", CSV, "Line 3"),
    "open_quote": (b'a,b\n1,"2\n3,4\n', CSV, "Line 2"),
    "too_many_columns": (
        ",".join(f"c{i}" for i in range(2001)).encode() + b"\n", CSV, "2001 columns",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_table_is_refused_with_a_sentence(name, tmp_path):
    content, media_type, words = BROKEN[name]
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        inspect_table(path, media_type)
    assert words in caught.value.message
    assert str(tmp_path) not in caught.value.message
    assert caught.value.code.startswith("table.")


def inspected(tmp_path, content, media_type=CSV):
    path = tmp_path / "table"
    path.write_bytes(content)
    return inspect_table(path, media_type)


def test_a_parquet_bomb_is_refused_before_it_unpacks(tmp_path):
    zeros = pa.table({"x": pa.array(np.zeros(5_000_000))})
    path = tmp_path / "bomb.parquet"
    with pq.ParquetWriter(path, zeros.schema, compression="zstd") as out:
        for _ in range(61):
            out.write_table(zeros)
    assert path.stat().st_size < 10 * 1024 * 1024
    with pytest.raises(Refused, match="305000000 rows"):
        inspect_table(path, PARQUET)


def test_a_file_above_the_limit_is_refused_without_reading_it(tmp_path, settings):
    settings.ASSAY_UPLOAD_LIMIT = 250 * 1024 * 1024
    path = tmp_path / "huge.csv"
    with path.open("wb") as sparse:
        sparse.truncate(300 * 1024 * 1024)
    with pytest.raises(Refused, match="300 MB; at most 250 MB") as caught:
        inspect_table(path, CSV)
    assert caught.value.status == 413
    refuse_oversize(250 * 1024 * 1024)


def test_a_table_that_takes_too_long_is_stopped_with_a_sentence(tmp_path):
    path = tmp_path / "slow.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(Refused, match="took too long"):
        inspect_table(path, CSV, limits=ChildLimits(wall_seconds=0.01))


def test_a_quoted_line_break_is_part_of_its_cell(tmp_path):
    profile = inspected(tmp_path, b'text,n\n"one\ntwo",1\n"th""ree",2\n')
    assert profile.rows == 2
    assert profile.preview[0] == ["one\ntwo", "1"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter, tmp_path):
    content = f"a{delimiter}b c{delimiter}d\n1{delimiter}x{delimiter}2.5\n".encode()
    assert [c.name for c in inspected(tmp_path, content).columns] == ["a", "b c", "d"]


def test_latin_1_is_read_and_reported(tmp_path):
    profile = inspected(tmp_path, "städte,n\nMünchen,1\n".encode("latin-1"))
    assert profile.columns[0].name == "städte"
    assert "latin1" in profile.notes
    assert inspected(tmp_path, "städte,n\nMünchen,1\n".encode("utf-8-sig")).notes == []


def test_infinities_and_nan_are_counted_apart(tmp_path):
    column = inspected(tmp_path, b"x,y\n1.5,a\ninf,a\n-inf,a\nNaN,a\n,a\n2,a\n").columns[0]
    assert (column.kind, column.infinite, column.nulls) == ("number", 2, 2)
    assert (column.minimum, column.maximum) == ("1.5", "2.0")


def test_a_mixed_column_is_text_and_the_note_says_how_many_cells_are_to_blame(tmp_path):
    rows = "\n".join(str(i) for i in range(19))
    profile = inspected(tmp_path, f"x\n{rows}\nabc\n".encode())
    assert profile.columns[0].kind == "text"
    assert "mixed:1:x" in profile.notes


def test_identifiers_with_leading_zeros_stay_text(tmp_path):
    kinds = {c.name: c.kind for c in inspected(tmp_path, b"zip,n\n00123,1\n80331,2\n").columns}
    assert kinds == {"zip": "text", "n": "integer"}


def test_nested_and_odd_parquet_types_do_not_break_the_profile(tmp_path):
    table = pa.table(
        {
            "list": [[1], [2, 3]],
            "other": [[4], []],
            "when": pd.to_datetime(["2026-01-01", "2026-01-02"]),
            "flag": [True, None],
            "small": pa.array([1, 2], pa.uint8()),
            "name": pa.array(["a", "b"]).dictionary_encode(),
            "raw": [b"\x00", b"\xff"],
        }
    )
    kinds = {c.name: c.kind for c in inspected(tmp_path, parquet(table), PARQUET).columns}
    assert kinds == {
        "list": "other", "other": "other", "when": "timestamp", "flag": "boolean",
        "small": "integer", "name": "text", "raw": "other",
    }  # fmt: skip


def test_a_column_name_that_is_sql_does_nothing(tmp_path):
    name = 'x"; DROP TABLE rows; --'
    table = pa.table({name: [1, 2], "it's": ["a", "b"]})
    assert [c.name for c in inspected(tmp_path, parquet(table), PARQUET).columns] == [name, "it's"]
