"""Figures against scikit-learn, SciPy and the recorded known answers."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evaluations.engine.distance import chi_square, chi_square_p, ks, psi
from evaluations.engine.findings import benjamini_hochberg
from evaluations.engine.intervals import newcombe, wilson
from evaluations.engine.metrics import METRICS, Counts
from tests.evaluations.running import compute_on, finding
from tests.shared_data import shared_data


@pytest.fixture(scope="module")
def known():
    return json.loads(shared_data("checks-known-answers.json").read_text())["sets"]


@pytest.fixture(scope="module")
def held_out():
    """Rows whose number is a multiple of three, scored by a model fitted on the others."""
    data = load_breast_cancer(as_frame=True)
    test = np.arange(len(data.data)) % 3 == 0
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1, max_iter=5000))
    model.fit(data.data[~test], data.target[~test])
    table = pd.DataFrame({"y_true": data.target[test]})
    table["y_score"] = model.predict_proba(data.data[test])[:, 1]
    table["y_pred"] = (table["y_score"] >= 0.5).astype(int)
    return table


def test_performance_equals_the_recorded_figures_of_scikit_learn(known, held_out, tmp_path):
    wanted = known["sklearn_breast_cancer"]["reference_figures_scikit_learn_scipy_fairlearn"][
        "test"
    ]
    answer = compute_on(tmp_path, "perf.classification", held_out)
    counts = finding(answer, "accuracy")["detail"]
    assert counts == {name: wanted[name] for name in ("tp", "fp", "fn", "tn")}
    for metric in METRICS:
        assert finding(answer, metric)["estimate"] == pytest.approx(
            wanted[metric.lower()], abs=1e-8
        )


def test_calibration_equals_the_recorded_figures(known, held_out, tmp_path):
    wanted = known["sklearn_breast_cancer"]["reference_figures_scikit_learn_scipy_fairlearn"][
        "test"
    ]
    answer = compute_on(tmp_path, "calibration", held_out)
    excess = finding(answer, "excess ECE")
    assert excess["detail"]["ece"] == pytest.approx(wanted["ece_15_equal_width"], abs=1e-8)
    assert finding(answer, "Brier score")["estimate"] == pytest.approx(wanted["brier"], abs=1e-8)
    assert sum(row["n"] for row in excess["detail"]["reliability"]) == 190
    assert answer["verdict"] == "inconclusive"


def test_metrics_of_counts_equal_scikit_learn():
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, 500), rng.integers(0, 2, 500)
    tn, fp, fn, tp = metrics.confusion_matrix(y, p).ravel()
    counts = Counts(int(tp), int(fp), int(fn), int(tn))
    assert counts.value("accuracy") == pytest.approx(metrics.accuracy_score(y, p))
    assert counts.value("precision") == pytest.approx(metrics.precision_score(y, p))
    assert counts.value("recall") == pytest.approx(metrics.recall_score(y, p))
    assert counts.value("F1") == pytest.approx(metrics.f1_score(y, p))
    assert counts.value("MCC") == pytest.approx(metrics.matthews_corrcoef(y, p))


def test_an_undefined_metric_is_unknown_and_not_zero():
    nobody_predicted = Counts(tp=0, fp=0, fn=5, tn=5)
    assert nobody_predicted.value("precision") is None
    assert nobody_predicted.value("MCC") is None


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (187, 190), (1, 100_000)])
def test_the_wilson_interval_equals_scipy(k, n):
    exact = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((exact.low, exact.high), abs=1e-12)


def test_the_newcombe_interval_equals_the_papers_example():
    # Newcombe 1998, table II, contrast (a): 56/70 against 48/80, method 10.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_adjusted_p_values_equal_scipy():
    p = np.random.default_rng(1).uniform(size=40) ** 2
    assert benjamini_hochberg(list(p)) == pytest.approx(stats.false_discovery_control(p))
    assert benjamini_hochberg([]) == []


def test_chi_square_and_ks_equal_scipy():
    rng = np.random.default_rng(2)
    ref, cur = rng.integers(1, 50, 8).astype(float), rng.integers(1, 50, 8).astype(float)
    exact = stats.chi2_contingency(np.vstack([ref, cur]), correction=False)
    assert chi_square(ref, cur) == (pytest.approx(exact.statistic), exact.dof)
    assert chi_square_p(ref, cur) == pytest.approx(exact.pvalue)
    a, b = rng.integers(0, 20, 400), rng.integers(2, 22, 300)
    bins = np.arange(23)
    mine = ks(
        np.histogram(a, bins)[0].astype(float),
        np.histogram(b, bins)[0].astype(float),
        np.ones(22, dtype=bool),
    )
    exact_ks = stats.ks_2samp(a, b, method="asymp")
    assert (mine.low, mine.high) == (pytest.approx(exact_ks.statistic), mine.low)
    assert mine.p == pytest.approx(stats.kstwobign.sf(mine.low * np.sqrt(400 * 300 / 700)))


def exact_psi(reference, current):
    """Decile PSI as the recorded known answers define it."""
    edges = np.unique(np.quantile(reference, np.arange(1, 10) / 10))
    shares = [
        np.clip(
            np.bincount(np.searchsorted(edges, x), minlength=len(edges) + 1) / len(x), 1e-4, None
        )
        for x in (reference, current)
    ]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


@pytest.mark.parametrize(
    ("name", "draw", "move"),
    [
        ("normal", lambda r, n: r.normal(size=n), lambda x: x + 0.5),
        ("lognormal", lambda r, n: np.round(r.lognormal(3, 1, n), 2), lambda x: x * 1.3),
        ("counts", lambda r, n: r.poisson(5, n).astype(float), lambda x: x + (x > 4)),
        ("far from zero", lambda r, n: r.normal(1000, 1, n), lambda x: x + 0.3),
        (
            "many zeros",
            lambda r, n: np.where(r.random(n) < 0.6, 0.0, np.round(r.gamma(2, 50, n), 1)),
            lambda x: x * 1.2,
        ),
    ],
)
def test_the_grid_gives_psi_and_ks_of_the_exact_values(name, draw, move, tmp_path):
    rng = np.random.default_rng(3)
    ref, cur = draw(rng, 20_000), move(draw(rng, 20_000))
    answer = compute_on(
        tmp_path, "drift", pd.DataFrame({"x": cur}), pd.DataFrame({"x": ref}), features=["x"]
    )
    found = finding(answer, "PSI", "x")
    assert found["detail"]["raw"] == pytest.approx(exact_psi(ref, cur), abs=0.003)
    exact = stats.ks_2samp(ref, cur).statistic
    assert found["detail"]["ks"] == pytest.approx(exact, abs=5e-4)
    assert found["detail"]["ks"] <= exact + 1e-12 <= found["detail"]["ks_high"] + 1e-9


def test_categorical_drift_equals_scipy_and_counts_unseen_levels(tmp_path):
    rng = np.random.default_rng(4)
    ref = pd.DataFrame({"c": rng.choice(list("abc"), 5000, p=[0.5, 0.3, 0.2])})
    cur = pd.DataFrame({"c": rng.choice(list("abcd"), 4000, p=[0.45, 0.3, 0.2, 0.05])})
    answer = compute_on(tmp_path, "drift", cur, ref, features=["c"])
    unseen = finding(answer, "unseen share", "c")
    share = (cur["c"] == "d").mean()
    assert unseen["estimate"] == pytest.approx(share)
    assert unseen["outcome"] == "fail"
    table = pd.concat([ref.assign(t=0), cur.assign(t=1)])
    exact = stats.chi2_contingency(pd.crosstab(table["t"], table["c"]), correction=False)
    assert finding(answer, "PSI", "c")["p"] == pytest.approx(exact.pvalue, rel=1e-6)


def test_psi_of_equal_tables_is_not_above_its_bias():
    counts = np.full(10, 100.0)
    same = psi(counts, counts)
    assert same.raw == pytest.approx(0)
    assert same.estimate == pytest.approx(-9 * 2 / 1000)
    assert same.p == pytest.approx(1)


def test_a_slice_that_is_worse_is_found_with_its_exact_gap(tmp_path):
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"group": rng.choice(["a", "b"], 4000, p=[0.8, 0.2])})
    table["y_true"] = rng.integers(0, 2, 4000)
    wrong = rng.random(4000) < np.where(table["group"] == "b", 0.35, 0.05)
    table["y_pred"] = np.where(wrong, 1 - table["y_true"], table["y_true"])
    answer = compute_on(tmp_path, "slice.performance", table, slices=["group"])
    gap = finding(answer, "accuracy gap", "group = b")
    right = table["y_true"] == table["y_pred"]
    exact = right[table["group"] == "a"].mean() - right[table["group"] == "b"].mean()
    assert gap["estimate"] == pytest.approx(exact)
    assert (gap["outcome"], answer["verdict"]) == ("fail", "fail")
    assert finding(answer, "accuracy gap", "group = a")["outcome"] == "pass"
    assert "for group = b: " in answer["headline"]
