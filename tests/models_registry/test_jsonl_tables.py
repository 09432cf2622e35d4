"""Tables as JSONL: the same rows as from CSV, and a reason for what cannot be read."""

import json

import duckdb
import pytest

from ledger.errors import Refused
from models_registry.actions.datasets import CSV, JSONL, media_type_of
from models_registry.reading.duck import connect, load
from models_registry.reading.tables import inspect_table
from tests.builders.evaluations import cancer, finish, start, table_of
from tests.builders.models_registry import new_dataset

ROWS = [
    {"age": 31, "score": 0.25, "group": "a", "paid": True, "none": None},
    {"age": 47, "score": 1, "group": "Ünal", "paid": False, "none": None},
    {"age": None, "score": 0.5, "group": "007", "paid": True},
]


def written(tmp_path, raw, name="t.jsonl"):
    path = tmp_path / name
    path.write_bytes(raw)
    return path


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_a_file_of_json_lines_holds_the_rows_of_the_same_csv(tmp_path):
    text = "age,score,group,paid,none\n31,0.25,a,true,\n47,1,Ünal,false,\n,0.5,007,true,\n"
    one = written(tmp_path, lines(ROWS))
    other = written(tmp_path, text.encode(), "t.csv")
    con = connect(tmp_path, [one, other], memory_mb=256, threads=1)
    assert load(con, one, JSONL, "one") == load(con, other, CSV, "other") == []
    found = con.execute("SELECT * FROM one").fetchall()
    assert found == con.execute("SELECT * FROM other").fetchall()
    assert found[2][2] == "007"
    with pytest.raises(duckdb.Error):
        con.execute("SELECT * FROM read_here")


def test_line_ends_of_windows_a_mark_of_order_and_empty_lines_are_no_rows(tmp_path):
    raw = b"\xef\xbb\xbf" + b'{"a": 1, "b": "x"}\r\n\r\n{"a": 2, "b": "y"}\r\n\r\n'
    assert inspect_table(written(tmp_path, raw), JSONL).rows == 2


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"a": 1, "b": 2}\n{"a": "x", "b": 2}\n', "changed from number to string"),
        (b'{"a": 1, "a": 2}\n', "specified twice"),
        (b'{"a": 1, "A": 2}\n', "Two columns are called"),
        (b'{"a": {"b": 1}}\n', "holds lists or objects"),
        (b'{"a": [1, 2]}\n', "holds lists or objects"),
        (b'{"a": 1}\n{"a":\n', "cannot be read"),
        (b'{"a": ' * 2000 + b"1" + b"}" * 2000, "holds lists or objects"),
        (b"{" * 10_000, "cannot be read"),
        (b'{"a": "\\ud800"}\n', "surrogate"),
        (b'{"a": "\xff"}\n', "cannot be read"),
        (b"[1, 2]\n", "its bytes are csv"),
        (b"a,b\n1,2\n", "its bytes are csv"),
        (b"", "empty"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(tmp_path, raw, words):
    with pytest.raises(Refused, match=words):
        inspect_table(written(tmp_path, raw), JSONL)


def test_the_ending_says_that_it_is_one():
    assert media_type_of("Scores.JSONL") == media_type_of("scores.ndjson") == JSONL


@pytest.mark.django_db
def test_a_check_finds_the_same_in_both_forms(world):
    table = cancer()["current"]
    raw = table.to_json(orient="records", lines=True, double_precision=15).encode()
    again = new_dataset(world, "as-jsonl", table=raw, file_name="current.jsonl")
    runs = finish(
        [
            *start(world, "perf.classification", current=table_of(world, "current")),
            *start(world, "perf.classification", current=again),
        ]
    )
    found = [
        list(run.results.order_by("position").values_list("metric", "estimate", "n"))
        for run in runs
    ]
    assert found[0] == found[1] != []
