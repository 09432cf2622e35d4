"""Power, privacy, robustness, labels, operations and decay: figures against exact ones."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

from evaluations.checks.tevv_power import detectable
from tests.evaluations.running import compute_on, finding


def outcome(answer, metric, slice_=""):
    return finding(answer, metric, slice_)["outcome"]


def test_the_detectable_difference_is_seen_four_times_in_five():
    rng = np.random.default_rng(1)
    n, p = 1000, 0.8
    gap = detectable(p, n, n)
    seen = 0
    for _ in range(2000):
        a, b = rng.binomial(n, p + gap / 2) / n, rng.binomial(n, p - gap / 2) / n
        pooled = (a + b) / 2
        seen += (a - b) / np.sqrt(2 * pooled * (1 - pooled) / n) > 1.96
    assert seen / 2000 == pytest.approx(0.8, abs=0.03)


def test_a_small_group_warns_that_its_gap_could_not_be_seen(tmp_path):
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"sex": ["f"] * 100 + ["m"] * 9900})
    table["y_true"] = rng.integers(0, 2, 10_000)
    wrong = rng.random(10_000) < 0.2
    table["y_pred"] = np.where(wrong, 1 - table["y_true"], table["y_true"])
    answer = compute_on(tmp_path, "tevv.power", table, sensitive=["sex"])
    metric = "smallest detectable gap of true positive rate"
    assert outcome(answer, metric, "sex = f") == "warn"
    assert outcome(answer, "smallest detectable drop of accuracy") == "pass"
    assert answer["verdict"] == "warn"


def members(rng, surer):
    n = 3000
    table = pd.DataFrame({"seen": ["train", "other"] * (n // 2), "y_true": rng.integers(0, 2, n)})
    sure = rng.beta(np.where(table["seen"] == "train", surer, 3), 2)
    table["y_score"] = np.round(np.where(table["y_true"] == 1, sure, 1 - sure), 3)
    exact = metrics.roc_auc_score(
        table["seen"] == "train",
        np.round(np.where(table["y_true"] == 1, table["y_score"], 1 - table["y_score"]), 3),
    )
    return table, exact


def test_a_model_that_remembers_its_training_rows_fails_and_another_passes(tmp_path):
    rng = np.random.default_rng(3)
    table, exact = members(rng, 12)
    answer = compute_on(tmp_path, "privacy.membership", table, member="seen")
    assert finding(answer, "attack AUC")["estimate"] == pytest.approx(exact, abs=2e-3)
    assert answer["verdict"] == "fail"
    table, _ = members(rng, 3)
    quiet = compute_on(tmp_path, "privacy.membership", table, member="seen")
    assert quiet["verdict"] == "pass"


def test_the_person_who_stands_alone_is_found_and_no_name_is_kept(tmp_path):
    table = pd.DataFrame({"zip": ["10115"] * 60 + ["20095"] * 40, "sex": ["f", "m"] * 50})
    roles = {"quasi": ["zip", "sex"]}
    assert compute_on(tmp_path, "privacy.k_anonymity", table, **roles)["verdict"] == "pass"
    table.loc[0, "zip"] = "99999"
    answer = compute_on(tmp_path, "privacy.k_anonymity", table, **roles)
    assert finding(answer, "smallest group", "zip × sex")["estimate"] == 1
    assert answer["verdict"] == "fail"
    assert "99999" not in str(answer["content"]["current"])


def test_small_groups_of_a_sampled_table_never_pass(tmp_path):
    table = pd.DataFrame({"zip": np.arange(60_000) % 3000})
    answer = compute_on(tmp_path, "privacy.k_anonymity", table, quasi=["zip"])
    assert answer["verdict"] == "inconclusive"


def note(*texts):
    return pd.DataFrame({"note": [*texts, *["nothing to see, order 1234-5678"] * 20]})


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("write to ada@lantern.example.org", "e-mail address", "warn"),
        ("from 192.168.10.20 today", "IP address", "warn"),
        ("call +49 30 1234567", "telephone number", "warn"),
        ("card 4111 1111 1111 1111 thanks", "card number", "fail"),
        ("pay DE89 3704 0044 0532 0130 00 now", "account number (IBAN)", "fail"),
        ("pay GB82WEST12345698765432", "account number (IBAN)", "fail"),
    ],
)
def test_a_pattern_is_found_in_text(text, kind, expected, tmp_path):
    answer = compute_on(tmp_path, "privacy.pii", note(text, None), features=["note"])
    assert outcome(answer, f"rows with {kind}", "note") == expected
    assert finding(answer, f"rows with {kind}", "note")["detail"]["rows"] == 1
    assert text not in str(answer["content"])


def test_numbers_with_wrong_check_digits_are_no_hits(tmp_path):
    table = note("card 4111 1111 1111 1112", "pay DE88 3704 0044 0532 0130 00", "v 300.1.2.3")
    answer = compute_on(tmp_path, "privacy.pii", table, features=["note"])
    assert answer["verdict"] == "pass"
    numbers = compute_on(tmp_path, "privacy.pii", pd.DataFrame({"x": [1, 2]}), features=["x"])
    assert numbers["verdict"] == "not_applicable"


def test_flips_are_counted_by_label_and_by_threshold(tmp_path):
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"y_pred": ["yes", "no"] * 500, "y_score": rng.uniform(size=1000)})
    table["typo"] = table["y_pred"].where(np.arange(1000) >= 200, "maybe")
    table["noise"] = np.clip(table["y_score"] + 0.001, 0, 1)
    answer = compute_on(
        tmp_path, "robustness.perturbation", table, y_true="", perturbed=["typo", "noise"]
    )
    typo = finding(answer, "flip rate", "typo")
    assert (typo["estimate"], typo["outcome"]) == (0.2, "fail")
    assert outcome(answer, "flip rate", "noise") == "pass"


def confident_joint(labels, scores):
    """Counts of the confident joint as cleanlab defines them."""
    classes = range(scores.shape[1])
    limits = [scores[labels == k, k].mean() for k in classes]
    above = np.where(scores >= limits, scores, -1)
    suggested = np.where(above.max(axis=1) < 0, -1, above.argmax(axis=1))
    return int(((suggested >= 0) & (suggested != labels)).sum())


def test_contradicted_labels_equal_the_confident_joint(tmp_path):
    rng = np.random.default_rng(5)
    n = 1500
    true = rng.integers(0, 3, n)
    scores = rng.dirichlet([1, 1, 1], n) * 0.3 + np.eye(3)[true] * 0.7
    labels = np.where(rng.random(n) < 0.1, (true + 1) % 3, true)
    table = pd.DataFrame(scores, columns=["p_cat", "p_dog", "p_bird"])
    table["y_true"] = np.array(["cat", "dog", "bird"])[labels]
    roles = {"class_scores": ["p_cat", "p_dog", "p_bird"]}
    answer = compute_on(tmp_path, "label.noise", table, **roles)
    found = finding(answer, "contradicted labels")
    assert found["detail"]["rows"] == confident_joint(labels, scores)
    assert found["outcome"] in ("warn", "fail")


def test_equal_rows_with_unequal_labels_are_counted(tmp_path):
    table = pd.DataFrame({"x": [1, 1, 2, 2, 3] * 60, "y_true": [0, 1, 0, 0, 1] * 60})
    table["y_score"] = 0.5
    table.loc[10:, "x"] = np.arange(10, 300)
    answer = compute_on(tmp_path, "label.noise", table, features=["x"])
    assert finding(answer, "equal rows with unequal labels")["detail"]["rows"] == 4


def answers_table(rng, n=4000):
    return pd.DataFrame(
        {"ms": rng.lognormal(5, 0.5, n), "cents": rng.gamma(2, 0.1, n), "bad": rng.random(n) < 0.02}
    )


OPS = {"latency": "ms", "cost": "cents", "failed": "bad"}


def test_quantiles_of_the_grid_equal_numpy_and_budgets_are_judged(tmp_path):
    table = answers_table(np.random.default_rng(6))
    p95 = float(np.quantile(table["ms"], 0.95))
    limits = {"max_p95": p95 * 1.2, "max_p99": p95, "max_failures": 0.03}
    answer = compute_on(tmp_path, "ops.latency_cost", table, params=limits, **OPS)
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        found = finding(answer, f"latency {name}")
        exact = np.quantile(table["ms"], share)
        assert found["estimate"] == pytest.approx(exact, rel=0.01)
        assert found["low"] <= exact <= found["high"]
    assert outcome(answer, "latency p95") == "pass"
    assert outcome(answer, "latency p99") == "fail"
    assert outcome(answer, "failure rate") == "pass"
    cost = finding(answer, "cost per 1,000 answers")["estimate"]
    assert cost == pytest.approx(1000 * table["cents"].mean())


def test_without_a_budget_nothing_is_judged(tmp_path):
    answer = compute_on(
        tmp_path, "ops.latency_cost", answers_table(np.random.default_rng(7)), **OPS
    )
    assert answer["verdict"] == "inconclusive"
    assert "no budget was declared" in answer["headline"]


def test_the_estimate_without_labels_equals_isotonic_regression(tmp_path):
    rng = np.random.default_rng(8)
    old = pd.DataFrame({"y_score": np.round(rng.beta(1, 1, 6000), 2)})
    old["y_true"] = (rng.random(6000) < old["y_score"]).astype(int)
    new = pd.DataFrame({"y_score": np.round(rng.beta(5, 5, 4000), 2)})
    answer = compute_on(tmp_path, "perf.estimated", new, old)
    fit = IsotonicRegression(out_of_bounds="clip").fit(old["y_score"], old["y_true"])
    chance = fit.predict(new["y_score"])
    both = np.concatenate([np.ones(4000), np.zeros(4000)])
    exact = metrics.roc_auc_score(
        both, np.tile(new["y_score"], 2), sample_weight=np.concatenate([chance, 1 - chance])
    )
    assert finding(answer, "estimated AUC")["estimate"] == pytest.approx(exact, abs=1e-3)
    assert answer["verdict"] == "warn"
    assert "concept drift" in finding(answer, "estimated AUC")["method"]
    assert compute_on(tmp_path, "perf.estimated", old, old)["verdict"] in ("pass", "inconclusive")


def weekly(rng, accuracy, weeks=30, per_week=400):
    when = pd.Timestamp("2026-01-05") + pd.to_timedelta(np.repeat(range(weeks), per_week) * 7, "D")
    n = weeks * per_week
    table = pd.DataFrame({"when": when, "y_true": rng.integers(0, 2, n)})
    right = rng.random(n) < np.repeat(accuracy, per_week)
    table["y_pred"] = np.where(right, table["y_true"], 1 - table["y_true"])
    return table


def test_a_slow_decline_is_seen_and_quiet_weeks_are_not(tmp_path):
    rng = np.random.default_rng(9)
    slow = weekly(rng, 0.85 - np.arange(30) * 0.003)
    answer = compute_on(tmp_path, "decay.trend", slow, time="when")
    assert outcome(answer, "CUSUM of accuracy") == "warn"
    assert outcome(answer, "fall of the last periods") == "fail"
    quiet = compute_on(tmp_path, "decay.trend", weekly(rng, np.full(30, 0.85)), time="when")
    assert quiet["verdict"] == "pass"
    short = compute_on(tmp_path, "decay.trend", weekly(rng, np.full(5, 0.8), 5), time="when")
    assert short["verdict"] == "inconclusive"


def test_a_planted_trigger_warns_and_new_honest_values_do_not(tmp_path):
    rng = np.random.default_rng(10)
    old = pd.DataFrame({"c": rng.choice(list("abc"), 3000), "x": rng.normal(size=3000)})
    old["y_true"] = rng.integers(0, 2, 3000)
    new = old.copy()
    new.loc[:39, ["c", "y_true"]] = ["trigger", 1]
    new.loc[40:99, "c"] = "honest"
    answer = compute_on(tmp_path, "poisoning.signal", new, old, features=["c", "x"])
    pure = [f for f in answer["findings"] if f["outcome"] == "warn"]
    assert [f["n"] for f in pure] == [40]
    copied = pd.concat([old, old[:1].loc[[0] * 200]])
    answer = compute_on(tmp_path, "poisoning.signal", copied, old, features=["c", "x"])
    assert outcome(answer, "growth of the largest group of copies") == "warn"
    assert compute_on(tmp_path, "poisoning.signal", old, old, features=["c"])["verdict"] == "pass"


def test_a_changed_correlation_is_seen_where_no_column_drifts(tmp_path):
    rng = np.random.default_rng(11)

    def draw(r):
        return pd.DataFrame(
            rng.multivariate_normal([0, 0], [[1, r], [r, 1]], 4000), columns=["a", "b"]
        )

    old, new = draw(0.0), draw(0.6)
    features = {"features": ["a", "b"]}
    assert compute_on(tmp_path, "drift", new, old, **features)["verdict"] == "pass"
    answer = compute_on(tmp_path, "drift.multivariate", new, old, **features)
    assert answer["verdict"] == "warn"
    moved = draw(0.0) + 0.8
    answer = compute_on(tmp_path, "drift.multivariate", moved, old, **features)
    labels = np.repeat([0, 1], 4000)
    exact = metrics.roc_auc_score(labels, np.concatenate([old.sum(axis=1), moved.sum(axis=1)]))
    found = finding(answer, "AUC between the tables")
    assert found["estimate"] == pytest.approx(exact, abs=0.01)
    assert found["outcome"] == "fail"
    assert (
        compute_on(tmp_path, "drift.multivariate", draw(0.0), old, **features)["verdict"] == "pass"
    )


def test_files_are_judged_by_their_scans_and_a_waiver_only_softens(tmp_path):
    answer = compute_on(tmp_path, "artifact.safety", pd.DataFrame({"x": [1]}))
    outcomes = {f["slice"]: f["outcome"] for f in answer["findings"]}
    assert outcomes == {
        "a.safetensors": "pass", "b.pkl": "fail", "c.pkl": "warn", "d.bin": "inconclusive",
    }  # fmt: skip
    assert answer["verdict"] == "fail"
