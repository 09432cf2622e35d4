"""What chance alone may not do: the property tests of the evaluation design."""

import numpy as np
import pandas as pd
import pytest

from evaluations.checks import drift_grid, drift_levels
from evaluations.checks.calibration import Calibration
from evaluations.checks.specs.calibration import CALIBRATION
from evaluations.checks.specs.drift import DRIFT
from evaluations.engine.aggregates import UNIT, normalised
from evaluations.engine.findings import conclude
from evaluations.engine.protocol import Evidence, Roles
from tests.evaluations.running import compute_on, finding

PARAMS = DRIFT.with_defaults({})
ALARMS = ("warn", "fail")


def gridded(x, centre=0.0, scale=1.35):
    """The grid counts of an array, as the engine's query gives them."""
    x = np.sort(x)
    b = np.floor(200 * np.arcsinh((x - centre) / scale)).astype(int)
    bins, first, counts = np.unique(b, return_index=True, return_counts=True)
    return normalised(
        ("b", "a"),
        {
            "b": bins.tolist(),
            "a": [0] * len(bins),
            "k": counts.tolist(),
            "lo": x[first].tolist(),
            "hi": x[first + counts - 1].tolist(),
        },
    )


def alarmed_windows(n_ref, n_cur, windows, columns=25, shift=0.0):
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(windows):
        drafts = [
            drift_grid.finding(
                f"c{i}",
                gridded(rng.normal(size=n_ref)),
                gridded(rng.normal(shift, size=n_cur)),
                PARAMS,
            )
            for i in range(columns)
        ]
        alarms += any(found.outcome in ALARMS for found in conclude(drafts))
    return alarms / windows


@pytest.mark.slow
@pytest.mark.parametrize(("n_ref", "n_cur"), [(5000, 50), (2000, 100), (1000, 1000)])
def test_twenty_five_columns_without_drift_raise_an_alarm_in_at_most_six_percent(n_ref, n_cur):
    assert alarmed_windows(n_ref, n_cur, windows=60) <= 0.06


@pytest.mark.slow
def test_a_real_shift_is_seen_in_nearly_every_window():
    assert alarmed_windows(1000, 1000, windows=15, columns=3, shift=0.8) >= 0.95


@pytest.mark.parametrize("n_ref", [200, 1000])
def test_the_two_sample_test_of_levels_keeps_its_five_percent(n_ref):
    rng = np.random.default_rng(12)
    names = [f"l{i}" for i in range(10)]
    frozen = {"levels": names, "complete": True}
    low = 0
    for _ in range(400):
        ref, cur = (
            normalised(("v",), {"v": names, "k": rng.multinomial(n, [0.1] * 10).tolist()})
            for n in (n_ref, 1000)
        )
        (found,) = drift_levels.findings("c", ref, cur, frozen, PARAMS)
        low += (found.p or 1) < 0.05
    assert 0.02 <= low / 400 <= 0.085


def test_one_huge_value_cannot_hide_a_shift(tmp_path):
    rng = np.random.default_rng(13)
    ref, cur = rng.normal(size=5000), rng.normal(1, 1, 5000)
    spoiled = cur.copy()
    spoiled[0] = 1000.0
    figures = []
    for values in (cur, spoiled):
        tables = pd.DataFrame({"x": values}), pd.DataFrame({"x": ref})
        answer = compute_on(tmp_path, "drift", *tables, features=["x"])
        figures.append(finding(answer, "PSI", "x")["detail"]["raw"])
    assert figures[0] == pytest.approx(0.9, abs=0.1)
    assert abs(figures[0] - figures[1]) < 0.01


def calibrated_bins(rng, n, bias=0.0):
    s = rng.beta(2, 3, n)
    y = (rng.random(n) < np.clip(s + bias, 0, 1)).astype(int)
    b = np.minimum((s * 3000).astype(int), 2999)
    units = {
        "s": s,
        "brier": (s - y) ** 2,
        "sp_top": (y - s) * (1 - 2 * s),
        "sp_var": s * (1 - s) * (1 - 2 * s) ** 2,
    }
    columns = {name: np.round(v * UNIT).astype(np.int64).tolist() for name, v in units.items()}
    bins = normalised(("b",), {"b": b.tolist(), "n": [1] * n, "y": y.tolist(), **columns})
    return {"bins": bins, "scored": normalised((), {"n": [n]})}


def calibration_outcomes(n, bias, tables):
    rng = np.random.default_rng(14)
    params = CALIBRATION.with_defaults({})
    outcomes = []
    for seed in range(tables):
        evidence = Evidence(calibrated_bins(rng, n, bias), None, {}, Roles())
        outcomes.append(Calibration().decide(evidence, params, seed).verdict.value)
    return outcomes


@pytest.mark.slow
def test_calibrated_scores_raise_no_alarm_and_pass_once_there_are_rows_enough():
    assert set(calibration_outcomes(200, 0.0, 20)) == {"inconclusive"}
    few = calibration_outcomes(400, 0.0, 40)
    assert sum(outcome in ALARMS for outcome in few) <= 2
    assert calibration_outcomes(6000, 0.0, 10).count("pass") >= 8


@pytest.mark.slow
def test_biased_scores_never_pass_and_mostly_fail():
    outcomes = calibration_outcomes(1000, 0.12, 30)
    assert "pass" not in outcomes
    assert outcomes.count("fail") >= 24


def test_the_same_data_gives_the_same_bytes(tmp_path):
    rng = np.random.default_rng(15)
    n = 20_000
    table = pd.DataFrame({"x": rng.normal(size=n), "c": rng.choice(list("abc"), n)})
    table["y_score"] = rng.uniform(size=n)
    table["y_true"] = (rng.uniform(size=n) < table["y_score"]).astype(int)
    table["y_pred"] = (table["y_score"] > 0.5).astype(int)
    for check in ("drift", "calibration"):
        first, second = (
            compute_on(tmp_path, check, table, table, features=["x", "c"]) for _ in range(2)
        )
        assert first == second
