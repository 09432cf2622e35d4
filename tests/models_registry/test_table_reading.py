"""Reading table files: what is taken, and what is refused with which reason."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_registry.spreadsheet.asking import sentence
from models_registry.spreadsheet.cells import guarded, plain_text, unguarded
from models_registry.spreadsheet.problem import SheetProblem
from models_registry.spreadsheet.reading import read
from models_registry.spreadsheet.sheet import MAX_BYTES
from models_registry.spreadsheet.writing import as_csv, as_xlsx
from tests.builders.table_files import csv_of, repacked, workbook

HEAD = ["id", "version", "name"]
PLAIN = workbook([HEAD, [1, 2, "A"]])
HOSTILE = b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"
BOMB = b"<x>" + b"0" * (65 * 1024 * 1024)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["=1+1", "'=1+1", "''@x", "-", "- a\n- b", "\ttab", "it's", "'quoted'", "\uff1d1", 'a"b', ""]
)


def read_bytes(tmp_path, raw):
    path = tmp_path / "table"
    path.write_bytes(raw)
    return read(path)


def names(tmp_path, raw):
    return [row.cells["name"] for row in read_bytes(tmp_path, raw).rows]


@given(TEXTS)
def test_a_guarded_text_comes_back_as_it_was_and_no_spreadsheet_runs_it(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**9), TEXTS, TEXTS), min_size=1, max_size=4))
def test_what_is_written_is_read_again_from_both_formats(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("table")
    wanted = [[str(n), guarded(plain_text(a)), guarded(plain_text(b))] for n, a, b in rows]
    for raw in (b"".join(as_csv(HEAD, rows)), as_xlsx("Systems", HEAD, rows)):
        found = read_bytes(folder, raw).rows
        assert [list(row.cells.values()) for row in found] == wanted


@pytest.mark.parametrize(
    "raw",
    [
        csv_of([HEAD, [1, 2, "Ä"]]),
        b"\xef\xbb\xbf" + csv_of([HEAD, [1, 2, "Ä"]]),
        csv_of([HEAD, [1, 2, "Ä"]], delimiter=";"),
        csv_of([HEAD, [1, 2, "Ä"]], delimiter="\t"),
        csv_of([HEAD, [1, 2, "Ä"]], lineterminator="\n"),
        csv_of([HEAD, [1, 2, "Ä"]], lineterminator="\r"),
        b"sep=;\r\n" + csv_of([HEAD, [1, 2, "Ä"]], delimiter=";"),
        csv_of([["ID ", "Version", " Name"], [1, 2, "Ä"], ["", "", ""]]),
        workbook([HEAD, [1, 2.0, "Ä"], [None, None, None]]),
        workbook([HEAD, [1, 2, "Ä"]], more=True),
    ],
)
def test_what_spreadsheets_write_is_taken(tmp_path, raw):
    assert names(tmp_path, raw) == ["Ä"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b",,\n1,2,3\n", "no_header"),
        ("id,name\n1,Zürich\n".encode("latin-1"), "not_utf8"),
        ("id,name\n1,A\n".encode("utf-16"), "not_utf8"),
        (b"id,name\n1,A\0B\n", "nul"),
        (b'id,name\n1,"A\n', "broken_csv"),
        (b'id,name\n1,"A"B\n', "broken_csv"),
        (b"id,name\n1," + b"x" * 200_000, "broken_csv"),
        (b"id,name\n1,A,B\n", "wide_row"),
        (b"id,name\n1\n", "short_row"),
        (b"id,name,NAME\n1,A,B\n", "doubled_column"),
        (",".join(f"c{n}" for n in range(65)).encode(), "too_many_columns"),
        (b"id\n" + b"1\n" * 5_001, "too_many_rows"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 90, "old_office"),
        (b"\x1f\x8b\x08\x00", "container"),
        (b"PK\x03\x04 and no more", "broken_xlsx"),
        (PLAIN[: len(PLAIN) // 2], "broken_xlsx"),
        (workbook([]), "no_header"),
        (workbook([HEAD, [1, 2, "A", "B"]]), "wide_row"),
        (workbook([HEAD, [1, 2, "A"]], merge="B2:C2"), "merged"),
        (repacked(PLAIN, {"xl/vbaProject.bin": b"x"}), "macros"),
        (
            repacked(PLAIN, {"xl/styles.xml": HOSTILE}),
            "doctype",
        ),
        (repacked(PLAIN, {"xl/workbook.xml": b"<broken"}), "broken_xlsx"),
        (repacked(PLAIN, {"xl/big.xml": BOMB}), "bomb"),
        (repacked(PLAIN, {f"xl/{n}.xml": b"<x/>" for n in range(201)}), "bomb"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(tmp_path, raw, code):
    with pytest.raises(SheetProblem, check=lambda problem: problem.code == code) as caught:
        read_bytes(tmp_path, raw)
    assert sentence(code, caught.value.facts).endswith((".", "?"))


def test_a_cell_far_away_does_not_make_the_table_huge(tmp_path):
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id'
        b'</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
        b"</worksheet>"
    )
    with pytest.raises(SheetProblem, match="too_many_rows"):
        read_bytes(tmp_path, repacked(PLAIN, {"xl/worksheets/sheet1.xml": far}))


def test_a_formula_is_no_value_and_is_named_at_its_cell(tmp_path):
    row = read_bytes(tmp_path, workbook([HEAD, [1, 2, "=1+1"], [2, 2, "#REF!"]])).rows
    assert row[0].problems == {"name": "formula"}
    assert row[1].problems == {"name": "error_value"}


def test_a_cell_that_is_too_long_is_named(tmp_path):
    row = read_bytes(tmp_path, csv_of([HEAD, [1, 2, "x" * 10_002]])).rows[0]
    assert row.problems == {"name": "too_long"}


def test_a_part_that_lies_about_its_size_is_not_unpacked(tmp_path):
    raw = bytearray(repacked(PLAIN, {"xl/big.xml": b"0" * 1_000_000}))
    size = (1_000_000).to_bytes(4, "little")
    lied = bytes(raw).replace(size, (10).to_bytes(4, "little"))
    assert zipfile.is_zipfile(io.BytesIO(lied))
    with pytest.raises(SheetProblem, match="broken_xlsx"):
        read_bytes(tmp_path, lied)
