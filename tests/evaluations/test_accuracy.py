"""Ranking, regression, paired comparison and fairness against exact figures."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

from evaluations.engine.intervals import mcnemar_p, ratio_of_rates
from evaluations.engine.ranking import auc, monotone
from tests.evaluations.running import compute_on, finding
from tests.evaluations.test_known_answers import held_out  # noqa: F401
from tests.shared_data import shared_data


def test_auc_and_precision_of_the_breast_cancer_table_are_the_recorded_ones(held_out, tmp_path):  # noqa: F811
    sets = json.loads(shared_data("checks-known-answers.json").read_text())["sets"]
    wanted = sets["sklearn_breast_cancer"]["reference_figures_scikit_learn_scipy_fairlearn"]["test"]
    answer = compute_on(tmp_path, "perf.ranking", held_out, params={"min_auc": 0.9})
    found = finding(answer, "AUC")
    assert abs(found["estimate"] - wanted["roc_auc"]) <= found["detail"]["bin_error"] + 1e-8
    precision = finding(answer, "average precision")["estimate"]
    assert precision == pytest.approx(wanted["average_precision"], abs=2e-3)
    assert answer["verdict"] == "pass"


def test_scores_with_ties_give_exactly_the_auc_of_scikit_learn(tmp_path):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"y_true": rng.integers(0, 2, 800)})
    table["y_score"] = np.round(rng.normal(table["y_true"], 1.5), 1)
    answer = compute_on(tmp_path, "perf.ranking", table, table)
    found = finding(answer, "AUC")
    exact = metrics.roc_auc_score(table["y_true"], table["y_score"])
    assert found["estimate"] == pytest.approx(exact, abs=1e-12)
    exact = metrics.average_precision_score(table["y_true"], table["y_score"])
    assert finding(answer, "average precision")["estimate"] == pytest.approx(exact, abs=1e-12)
    assert finding(answer, "AUC drop")["estimate"] == 0


def test_a_ranking_that_became_random_fails_against_its_reference(tmp_path):
    rng = np.random.default_rng(2)
    old = pd.DataFrame({"y_true": rng.integers(0, 2, 2000)})
    new = old.copy()
    old["y_score"] = rng.normal(old["y_true"], 1)
    new["y_score"] = rng.normal(size=2000)
    answer = compute_on(tmp_path, "perf.ranking", new, old)
    assert finding(answer, "AUC drop")["outcome"] == "fail"


def test_one_class_is_inconclusive_and_says_so(tmp_path):
    table = pd.DataFrame({"y_true": [1] * 300, "y_score": np.linspace(0, 1, 300)})
    answer = compute_on(tmp_path, "perf.ranking", table)
    assert (answer["verdict"], answer["headline"]) == (
        "inconclusive",
        "Only one class has scores, so nothing can be ranked",
    )


def test_a_perfect_ranking_of_few_rows_is_not_certain():
    perfect = auc(np.array([0.0, 5.0]), np.array([5.0, 0.0]))
    assert perfect.value == 1
    assert perfect.spread > 0.05


def test_the_monotone_fit_equals_scikit_learn():
    rng = np.random.default_rng(3)
    rate, weight = rng.uniform(size=200) + np.arange(200) / 400, rng.integers(1, 9, 200)
    exact = IsotonicRegression().fit_transform(np.arange(200), rate, sample_weight=weight)
    assert monotone(rate, weight.astype(float)) == pytest.approx(exact)


def test_regression_errors_equal_scikit_learn(tmp_path):
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"y_true": rng.normal(20_000, 6000, 3000)})
    table["y_pred"] = table["y_true"] + rng.normal(50, 1000, 3000)
    answer = compute_on(tmp_path, "perf.regression", table, params={"max_mae": 900})
    exact = metrics.mean_absolute_error(table["y_true"], table["y_pred"])
    assert finding(answer, "MAE")["estimate"] == pytest.approx(exact, rel=1e-7)
    exact = metrics.root_mean_squared_error(table["y_true"], table["y_pred"])
    assert finding(answer, "RMSE")["estimate"] == pytest.approx(exact, rel=1e-7)
    exact = metrics.r2_score(table["y_true"], table["y_pred"])
    assert finding(answer, "R2")["estimate"] == pytest.approx(exact, abs=1e-7)
    exact = (table["y_pred"] - table["y_true"]).mean()
    assert finding(answer, "mean error")["estimate"] == pytest.approx(exact, rel=1e-5)
    assert answer["verdict"] == "pass"


def test_grown_errors_fail_and_one_infinite_prediction_never_passes(tmp_path):
    rng = np.random.default_rng(5)
    old = pd.DataFrame({"y_true": rng.normal(size=2000)})
    new = old.copy()
    old["y_pred"] = old["y_true"] + rng.normal(0, 0.1, 2000)
    new["y_pred"] = new["y_true"] + rng.normal(0, 0.2, 2000)
    answer = compute_on(tmp_path, "perf.regression", new, old)
    assert finding(answer, "MAE growth")["estimate"] == pytest.approx(1, abs=0.1)
    assert answer["verdict"] == "fail"
    spoiled = old.copy()
    spoiled.loc[0, "y_pred"] = np.inf
    answer = compute_on(tmp_path, "perf.regression", spoiled, old)
    assert answer["verdict"] == "inconclusive"
    assert "1 values are infinite" in answer["headline"]


def test_text_labels_are_no_case_for_regression(tmp_path):
    table = pd.DataFrame({"y_true": ["a", "b"] * 200, "y_pred": ["a", "b"] * 200})
    assert compute_on(tmp_path, "perf.regression", table)["verdict"] == "not_applicable"


def test_the_paired_comparison_counts_who_was_right(tmp_path):
    table = pd.DataFrame({"y_true": ["a"] * 1000})
    table["y_pred"] = ["a"] * 930 + ["b"] * 70
    table["old"] = ["a"] * 850 + ["b"] * 150
    answer = compute_on(tmp_path, "perf.baseline", table, y_base="old")
    found = finding(answer, "accuracy gain")
    assert (found["estimate"], found["outcome"]) == (0.08, "pass")
    worse = table.rename(columns={"y_pred": "old", "old": "y_pred"})
    assert compute_on(tmp_path, "perf.baseline", worse, y_base="old")["verdict"] == "fail"


@pytest.mark.parametrize(("better", "worse"), [(10, 3), (0, 8), (8, 0), (40, 41)])
def test_mcnemars_p_is_the_mid_p_of_the_binomial(better, worse):
    pairs = better + worse
    exact = stats.binom.sf(better, pairs, 0.5) + stats.binom.pmf(better, pairs, 0.5) / 2
    assert 1 - mcnemar_p(better, worse) == pytest.approx(exact, abs=1e-12)


def test_the_ratio_of_rates_equals_scipy():
    exact = stats.contingency.relative_risk(30, 100, 80, 200)
    low, high = exact.confidence_interval()
    assert ratio_of_rates(30, 100, 80, 200) == pytest.approx((exact.relative_risk, low, high))


def people(rng, n_small, rate_small):
    table = pd.DataFrame({"sex": ["m"] * 1000 + ["f"] * n_small})
    rates = np.where(table["sex"] == "m", 0.3, rate_small)
    table["y_pred"] = (rng.random(len(table)) < rates).astype(int)
    return table


def test_equal_groups_of_thirty_hardly_ever_fail_parity(tmp_path):
    rng = np.random.default_rng(6)
    verdicts = [
        compute_on(tmp_path, "fairness.parity", people(rng, 30, 0.3), y_true="", sensitive=["sex"])[
            "verdict"
        ]
        for _ in range(8)
    ]
    assert verdicts.count("fail") <= 1
    assert verdicts.count("inconclusive") >= 5


def test_a_group_of_thirty_seems_worse_or_better_by_chance_in_less_than_one_of_forty():
    def alarm(selected):
        _ratio, low, high = ratio_of_rates(selected, 30, 300, 1000)
        return high < 0.8 or low > 1 / 0.8

    chance = sum(stats.binom.pmf(k, 30, 0.3) for k in range(1, 31) if alarm(k))
    assert chance < 1 / 40


def test_a_group_selected_half_as_often_fails_with_its_exact_ratio(tmp_path):
    table = people(np.random.default_rng(7), 600, 0.12)
    answer = compute_on(tmp_path, "fairness.parity", table, y_true="", sensitive=["sex"])
    rates = table.groupby("sex")["y_pred"].mean()
    found = finding(answer, "selection ratio", "sex = f")
    assert found["estimate"] == pytest.approx(rates["f"] / rates["m"])
    assert found["outcome"] == "fail"
    assert finding(answer, "parity ratio", "sex")["estimate"] == pytest.approx(
        rates.min() / rates.max()
    )


def test_unequal_errors_are_found_in_the_combination_of_columns_only(tmp_path):
    rng = np.random.default_rng(8)
    n = 8000
    table = pd.DataFrame({"a": rng.choice(["0", "1"], n), "b": rng.choice(["0", "1"], n)})
    table["y_true"] = rng.integers(0, 2, n)
    same = table["a"] == table["b"]
    wrong = rng.random(n) < np.where(same, 0.3, 0.1)
    table["y_pred"] = np.where(wrong, 1 - table["y_true"], table["y_true"])
    answer = compute_on(tmp_path, "fairness.parity", table, sensitive=["a", "b"])
    bad = {f["slice"] for f in answer["findings"] if f["outcome"] in ("fail", "warn")}
    assert bad == {"a × b = 0 · 0", "a × b = 1 · 1"}
    odds = finding(answer, "parity ratio", "a × b")["detail"]["equalised_odds_difference"]
    assert odds == pytest.approx(0.2, abs=0.05)


def test_a_score_that_is_too_high_for_one_group_fails(tmp_path):
    rng = np.random.default_rng(9)
    table = pd.DataFrame({"sex": rng.choice(["f", "m"], 4000), "y_score": rng.uniform(size=4000)})
    chance = table["y_score"] - np.where(table["sex"] == "f", 0.15, 0)
    table["y_true"] = (rng.random(4000) < chance).astype(int)
    answer = compute_on(tmp_path, "fairness.calibration", table, sensitive=["sex"])
    gap = table["y_score"] - table["y_true"]
    exact = gap[table["sex"] == "f"].mean() - gap[table["sex"] == "m"].mean()
    assert finding(answer, "calibration gap", "sex = f")["estimate"] == pytest.approx(exact)
    assert answer["verdict"] == "fail"
