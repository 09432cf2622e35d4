"""What people send by mistake: a reason and what to do, never a pass, never a dead worker."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluations.checks.catalogue import CATALOGUE
from evaluations.computing import CheckBroke, compute
from evaluations.models import CheckRun
from ledger.errors import Refused
from models_registry.models import DatasetVersion
from models_registry.reading import tables
from models_registry.reading.problem import TableProblem
from models_registry.reading.process import ChildLimits
from models_registry.reading.tables import inspect_table
from tests.evaluations.running import compute_on, finding
from tests.evaluations.wide import WIDE_ROLES, wide_table

CSV, PARQUET = "text/csv", "application/vnd.apache.parquet"
TABLES = sorted(name for name, spec in CATALOGUE.items() if spec.reads == "table")
# What judges the features, and what judges labels and scores.
OF_FEATURES = ("drift", "data.quality", "drift.multivariate", "poisoning.signal")
OF_LABELS = (
    "perf.classification", "perf.ranking", "calibration", "fairness.parity",
    "fairness.calibration", "label.noise", "leakage.target", "privacy.membership",
)  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return wide_table(400)


@pytest.mark.parametrize("check", TABLES)
def test_a_check_whose_columns_are_not_there_does_not_apply(check, tmp_path):
    frame = pd.DataFrame({"other": range(300)})
    answer = compute_on(tmp_path, check, frame, frame, **WIDE_ROLES)
    assert answer["verdict"] == "not_applicable"
    assert all(found["reason"] for found in answer["findings"])


@pytest.mark.parametrize("check", OF_LABELS)
@pytest.mark.parametrize("label", [0, 1])
def test_a_table_of_one_class_never_passes(check, label, table, tmp_path):
    frame = table.assign(y_true=label, y_pred=label)
    answer = compute_on(tmp_path, check, frame, **WIDE_ROLES)
    assert answer["verdict"] not in ("pass", "error")


@pytest.mark.parametrize("check", TABLES)
def test_columns_of_nothing_but_missing_values_never_pass(check, table, tmp_path):
    empty = table.assign(**dict.fromkeys(table, np.nan), filler=1)
    answer = compute_on(tmp_path, check, empty, table, **WIDE_ROLES)
    assert answer["verdict"] not in ("pass", "error")
    assert answer["headline"]


# A constant column is no sign of poison: it stands with all labels.
@pytest.mark.parametrize("check", OF_FEATURES[:3])
@pytest.mark.parametrize("value", [7.0, np.inf, -np.inf])
def test_constant_and_infinite_features_are_judged_and_never_break_the_engine(
    check, value, table, tmp_path
):
    spoiled = table.assign(x=value)
    answer = compute_on(tmp_path, check, spoiled, table, **WIDE_ROLES)
    assert answer["verdict"] not in ("error", "pass")
    figures = [f[name] for f in answer["findings"] for name in ("estimate", "low", "high")]
    assert all(one is None or np.isfinite(one) for one in figures)


@pytest.mark.parametrize("check", OF_FEATURES)
def test_numbers_in_one_table_and_text_in_the_other_are_not_compared_in_silence(
    check, table, tmp_path
):
    mixed = table.assign(x=[f"{v:.2f}" if i % 7 else "n/a" for i, v in enumerate(table["x"])])
    answer = compute_on(tmp_path, check, mixed, table, **WIDE_ROLES)
    assert answer["verdict"] not in ("error", "pass")


def test_missing_values_are_neither_infinite_nor_out_of_range(table, tmp_path):
    gaps = table.assign(x=table["x"].where(np.arange(400) % 40 > 0))
    answer = compute_on(tmp_path, "data.quality", gaps, table, **WIDE_ROLES)
    metrics = {f["metric"] for f in answer["findings"] if f["slice"] == "x"}
    assert metrics == {"change of missing share"}
    half = table.assign(y_true=table["x"], y_pred=(table["x"] + 0.1).where(table["z"] > 1))
    error = compute_on(tmp_path, "perf.regression", half, **WIDE_ROLES)
    assert finding(error, "MAE")["estimate"] == pytest.approx(0.1, abs=1e-6)
    assert finding(error, "MAE")["n"] == (table["z"] > 1).sum()


def test_a_clock_that_runs_ahead_is_found(table, tmp_path):
    now = pd.Timestamp("2026-04-01")
    ahead = table.assign(when=now + pd.to_timedelta(np.arange(400) % 9, unit="D"))
    answer = compute_on(tmp_path, "data.freshness", ahead, at=now.timestamp(), **WIDE_ROLES)
    assert answer["verdict"] == "fail"
    assert "future" in answer["headline"]


def test_rows_and_identifiers_that_repeat_are_found(table, tmp_path):
    twice = pd.concat([table, table[:120]])
    quality = compute_on(tmp_path, "data.quality", twice, table, **WIDE_ROLES)
    assert quality["verdict"] == "fail"
    overlap = compute_on(tmp_path, "leakage.overlap", twice, table, **WIDE_ROLES)
    assert overlap["verdict"] == "fail"


def test_a_million_different_categories_are_counted_in_bounds(tmp_path):
    codes = pa.array(np.arange(1_000_000)).cast(pa.string())
    for name in ("current", "reference"):
        pq.write_table(pa.table({"c": codes}), tmp_path / f"{name}.parquet")
    frame = pd.read_parquet(tmp_path / "current.parquet")
    answer = compute_on(tmp_path, "drift", frame, frame, features=["c"])
    assert answer["verdict"] != "pass"
    assert len(answer["content"]["current"]["levels:c"]["columns"]["v"]) <= 1001


def refused(tmp_path, content, media_type):
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        inspect_table(path, media_type)
    return caught.value.message


def test_ten_thousand_columns_are_refused_with_the_limit(tmp_path):
    wide = pa.table({f"c{i}": [1] for i in range(10_000)})
    out = io.BytesIO()
    pq.write_table(wide, out)
    assert "10000 columns; at most 2000" in refused(tmp_path, out.getvalue(), PARQUET)


def test_a_parquet_file_with_a_corrupt_footer_is_refused(tmp_path):
    out = io.BytesIO()
    pq.write_table(pa.table({"a": range(1000), "b": ["x"] * 1000}), out)
    content = bytearray(out.getvalue())
    size = int.from_bytes(content[-8:-4], "little")
    for place in range(len(content) - 8 - size, len(content) - 8, 3):
        content[place] ^= 0xA5
    assert "Parquet file cannot be read" in refused(tmp_path, bytes(content), PARQUET)
    content[-8:-4] = (2**31 - 1).to_bytes(4, "little")
    assert "Parquet file" in refused(tmp_path, bytes(content), PARQUET)


def test_a_stray_quote_at_row_900_000_is_refused_with_its_line(tmp_path):
    content = b"a,b\n" + b"1,x\n" * 900_000 + b'1,"x\n' + b"1,x\n" * 1000
    assert "Line 900002" in refused(tmp_path, content, CSV)


def test_a_table_that_became_unreadable_is_a_sentence_and_no_verdict(tmp_path, table):
    with pytest.raises(TableProblem):
        compute_on(tmp_path, "drift", table[:0], table, **WIDE_ROLES)
    assert tables.sentence("no_rows", {"columns": 3})


def test_a_check_that_takes_too_long_is_stopped_with_what_to_do(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    run = CheckRun(check_name="drift", current=DatasetVersion(fingerprint="0" * 64))
    run.created_at = pd.Timestamp("2026-01-01", tz="UTC")
    with pytest.raises(CheckBroke, match="longer than it may"):
        compute(run, lambda line: None, limits=ChildLimits(wall_seconds=0.01))
