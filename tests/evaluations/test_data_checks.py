"""Quality, age, balance, leakage and weak segments: what was planted is found, exactly."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from tests.evaluations.running import compute_on, finding

DAY = 86400


def outcome(answer, metric, slice_=""):
    return finding(answer, metric, slice_)["outcome"]


def test_drift_of_scores_and_of_labels_is_found_apart(tmp_path):
    rng = np.random.default_rng(1)
    old = pd.DataFrame({"y_score": rng.beta(2, 3, 4000), "y_true": rng.integers(0, 2, 4000)})
    new = old.assign(y_score=np.clip(old["y_score"] + 0.2, 0, 1))
    roles = {"y_pred": ""}
    assert compute_on(tmp_path, "drift.prediction", new, old, **roles)["verdict"] == "fail"
    assert compute_on(tmp_path, "drift.target", new, old)["verdict"] == "pass"
    rare = old.assign(y_true=(rng.random(4000) < 0.1).astype(int))
    assert compute_on(tmp_path, "drift.target", rare, old)["verdict"] == "fail"


def quality_tables():
    rng = np.random.default_rng(2)
    old = pd.DataFrame({"a": rng.normal(size=2000), "b": rng.choice(list("xyz"), 2000)})
    old["c"], old["d"] = rng.normal(size=2000), rng.integers(0, 9, 2000)
    return old, old.copy()


def test_each_fault_of_a_column_is_named(tmp_path):
    old, new = quality_tables()
    new.loc[:399, "a"] = np.nan
    new["b"] = "x"
    new.loc[0, "c"] = np.inf
    new.loc[1:60, "c"] = 99.0
    answer = compute_on(tmp_path, "data.quality", new, old, features=["a", "b", "c", "d", "e"])
    missing = finding(answer, "change of missing share", "a")
    assert (missing["estimate"], missing["outcome"]) == (pytest.approx(0.2), "fail")
    assert outcome(answer, "different values", "b") == "warn"
    assert outcome(answer, "infinite share", "c") == "warn"
    beyond = finding(answer, "share beyond the reference's range", "c")
    assert (beyond["estimate"], beyond["outcome"]) == (pytest.approx(61 / 2000), "fail")
    assert outcome(answer, "change of missing share", "d") == "pass"
    assert answer["verdict"] == "fail"


def test_a_good_table_passes_and_copied_rows_are_counted(tmp_path):
    old, new = quality_tables()
    features = ["a", "b", "c", "d"]
    assert compute_on(tmp_path, "data.quality", new, old, features=features)["verdict"] == "pass"
    copied = pd.concat([new, new[:500]])
    found = finding(
        compute_on(tmp_path, "data.quality", copied, old, features=features), "more repeated rows"
    )
    assert (found["estimate"], found["outcome"]) == (500 / 2500, "fail")


def test_a_column_that_turned_to_text_and_a_column_that_went_are_told(tmp_path):
    old, new = quality_tables()
    new["d"] = new["d"].astype(str) + "x"
    answer = compute_on(tmp_path, "data.quality", new.drop(columns="a"), old, features=["a", "d"])
    assert answer["verdict"] == "fail"
    assert "a: the current table has no such column" in answer["headline"]


def test_repeats_of_a_large_table_are_estimated_on_a_fixed_sample(tmp_path):
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"a": rng.normal(size=30_000)})
    table = pd.concat([table, table[:10_000]])
    found = finding(compute_on(tmp_path, "data.quality", table, features=["a"]), "repeated rows")
    assert found["estimate"] == pytest.approx(0.25, abs=0.02)
    assert found["n"] < 8000


def dated(days, per_day=20):
    when = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.repeat(days, per_day), unit="D")
    return pd.DataFrame({"when": when, "y_true": 1})


def freshness(tmp_path, table, today, **roles):
    at = pd.Timestamp(today).timestamp()
    return compute_on(tmp_path, "data.freshness", table, at=at, time="when", **roles)


def test_a_table_of_yesterday_without_gaps_passes(tmp_path):
    answer = freshness(tmp_path, dated(range(30)), "2026-01-31")
    assert answer["verdict"] == "pass"
    assert finding(answer, "age in periods")["estimate"] == 1


def test_old_gappy_future_and_shrunken_tables_are_told_apart(tmp_path):
    old = freshness(tmp_path, dated(range(30)), "2026-02-10")
    assert outcome(old, "age in periods") == "fail"
    gaps = freshness(tmp_path, dated([d for d in range(30) if d % 3]), "2026-01-31")
    assert outcome(gaps, "periods without rows") == "fail"
    future = freshness(tmp_path, dated([*range(30), 60]), "2026-01-31")
    assert outcome(future, "rows from the future") == "fail"
    counts = pd.concat([dated(range(20), 100), dated([20], 20), dated([21], 1)])
    small = freshness(tmp_path, counts, "2026-01-23")
    assert outcome(small, "volume of the last period") == "fail"


def test_labels_that_come_late_or_too_early_are_measured(tmp_path):
    table = dated(range(10))
    table["labelled"] = table["when"] + pd.Timedelta(hours=36)
    table.loc[0, "labelled"] = table.loc[0, "when"] - pd.Timedelta(hours=1)
    answer = freshness(tmp_path, table, "2026-01-11", label_time="labelled")
    assert finding(answer, "hours until the label")["estimate"] == pytest.approx(36, abs=0.2)
    assert outcome(answer, "labels before their row") == "warn"


def test_a_time_column_of_text_is_not_applicable(tmp_path):
    table = pd.DataFrame({"when": ["soon", "later"] * 50})
    assert freshness(tmp_path, table, "2026-01-01", y_true="")["verdict"] == "not_applicable"


def test_the_rarest_class_and_the_empty_cell_are_found(tmp_path):
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"y_true": (np.arange(49_097) < 3511).astype(int)})
    answer = compute_on(tmp_path, "imbalance", table)
    share = finding(answer, "share of the rarest class", "1")
    assert share["estimate"] == pytest.approx(0.0715115, abs=1e-7)
    assert share["outcome"] == "warn"
    table = pd.DataFrame({"y_true": rng.integers(0, 2, 600), "sex": rng.choice(["f", "m"], 600)})
    table.loc[table["sex"] == "f", "y_true"] = 0
    answer = compute_on(tmp_path, "imbalance", table, sensitive=["sex"])
    assert outcome(answer, "rows in the smallest cell", "sex = f, class 1") == "fail"


def test_one_class_fails_balance_with_its_reason(tmp_path):
    answer = compute_on(tmp_path, "imbalance", pd.DataFrame({"y_true": [1] * 100}))
    assert (answer["verdict"], answer["headline"][:22]) == ("fail", "There is one class onl")


def leaky():
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"y_true": rng.integers(0, 2, 3000)})
    y = table["y_true"]
    table["honest"] = rng.normal(y, 1.5)
    table["leak"] = -y + rng.normal(0, 0.1, 3000)
    table["u"] = np.where(y == 1, rng.choice([-1, 1], 3000) * 3, 0) + rng.normal(0, 0.3, 3000)
    table["filled"] = np.where(y == 1, rng.normal(size=3000), np.nan)
    table["code"] = np.where(y == 1, rng.choice(["a", "b"], 3000), rng.choice(["c", "d"], 3000))
    table["noise"] = [f"id{i}" for i in range(3000)]
    return table


def test_columns_that_know_the_label_fail_and_honest_ones_do_not(tmp_path):
    table = leaky()
    features = [c for c in table if c != "y_true"]
    answer = compute_on(tmp_path, "leakage.target", table, features=features)
    failed = {f["slice"] for f in answer["findings"] if f["outcome"] == "fail"}
    assert failed == {"leak", "u", "filled", "code"}
    exact = metrics.roc_auc_score(table["y_true"], table["honest"])
    honest = finding(answer, "AUC of one column", "honest")
    assert honest["estimate"] == pytest.approx(exact, abs=2e-3)
    assert honest["outcome"] == "pass"
    assert outcome(answer, "AUC of one column", "noise") == "pass"


def test_injected_rows_of_the_training_table_are_found_exactly(tmp_path):
    rng = np.random.default_rng(6)
    train = pd.DataFrame({"a": rng.normal(size=5000), "b": rng.choice(list("xyz"), 5000)})
    train.loc[:9, "b"] = None
    train["id"] = np.arange(5000)
    test = pd.DataFrame({"a": rng.normal(size=190), "b": "x", "id": np.arange(9000, 9190)})
    clean = compute_on(tmp_path, "leakage.overlap", test, train, features=["a", "b"], id="id")
    assert clean["verdict"] == "pass"
    mixed = pd.concat([test, train[:20].assign(id=np.arange(9990, 10010))])
    answer = compute_on(tmp_path, "leakage.overlap", mixed, train, features=["a", "b"], id="id")
    shared = finding(answer, "shared rows")
    assert (shared["estimate"], shared["outcome"]) == (pytest.approx(20 / 210), "fail")
    assert outcome(answer, "shared identifiers") == "pass"
    again = test.assign(id=test["id"].where(test["id"] > 9000, 7))
    answer = compute_on(tmp_path, "leakage.overlap", again, train, features=["a"], id="id")
    assert outcome(answer, "shared identifiers") == "fail"


def test_a_test_table_older_than_its_training_table_warns(tmp_path):
    train, test = dated(range(10)).assign(a=1), dated(range(5, 15)).assign(a=2)
    answer = compute_on(tmp_path, "leakage.overlap", test, train, features=["a"], time="when")
    assert finding(answer, "rows not after training")["estimate"] == 0.5
    assert answer["verdict"] == "warn"


def test_a_weak_segment_of_two_columns_is_found_and_never_fails(tmp_path):
    rng = np.random.default_rng(7)
    n = 6000
    table = pd.DataFrame({"a": rng.choice(["p", "q"], n), "b": rng.choice(["r", "s", "t"], n)})
    table["x"], table["y_true"] = rng.normal(size=n), rng.integers(0, 2, n)
    weak = (table["a"] == "p") & (table["b"] == "s")
    wrong = rng.random(n) < np.where(weak, 0.5, 0.05)
    table["y_pred"] = np.where(wrong, 1 - table["y_true"], table["y_true"])
    answer = compute_on(tmp_path, "slice.discovery", table, features=["a", "b", "x"])
    assert answer["findings"][0]["slice"] == "a = p, b = s"
    assert answer["verdict"] == "warn"
    table["y_pred"] = np.where(rng.random(n) < 0.05, 1 - table["y_true"], table["y_true"])
    quiet = compute_on(tmp_path, "slice.discovery", table, features=["a", "b", "x"])
    assert quiet["verdict"] in ("pass", "inconclusive")
