"""Checks of systems that write: what is counted, against tables whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from evaluations.checks.gen_agreement import kappa
from tests.evaluations.running import compute_on, finding


def answered(tmp_path, check, answers, reference=None, params=None, **columns):
    table = pd.DataFrame({"reply": answers, **columns})
    roles = {
        "answer": "reply",
        **{name: name for name in columns if name in ("expected", "canary")},
    }
    old = None if reference is None else pd.DataFrame({"reply": reference})
    return compute_on(tmp_path, check, table, old, params=params, **roles)


def test_empty_answers_refusals_and_sources_are_counted(tmp_path):
    answers = (
        ["Your claim was paid on Monday, see https://example.org/claims"] * 150
        + ["I'm sorry, but I can't help with that."] * 60
        + ["  "] * 30
        + ["The officer said: I cannot come."] * 60
    )
    answer = answered(tmp_path, "gen.answers", answers, params={"max_empty": 0.02})
    assert finding(answer, "refusal phrases (heuristic)")["estimate"] == 60 / 300
    assert finding(answer, "answers with a link or citation")["estimate"] == 150 / 300
    assert finding(answer, "empty answers")["outcome"] == "fail"
    assert answer["verdict"] == "fail"


def test_lengths_drift_against_the_reference_and_not_against_themselves(tmp_path):
    rng = np.random.default_rng(5)
    short = ["x" * int(n) for n in rng.gamma(9, 20, 1200)]
    long = ["x" * int(n) for n in rng.gamma(9, 34, 1200)]
    assert answered(tmp_path, "gen.answers", long, short)["verdict"] == "fail"
    again = answered(tmp_path, "gen.answers", short[:600], short[600:])
    assert finding(again, "PSI", "length in characters")["outcome"] == "pass"


def test_broken_json_and_unknown_structures_are_found(tmp_path):
    good = [f'{{"name": "a", "n": {n}}}' for n in (1, -2, 3.5)] * 200
    assert answered(tmp_path, "gen.structure", good, good)["verdict"] == "pass"
    bad = good[:500] + ['{"name": "a"'] * 50 + ['{"name": "a", "n": "three"}'] * 50
    answer = answered(tmp_path, "gen.structure", bad, good)
    assert finding(answer, "invalid JSON")["estimate"] == pytest.approx(50 / 600)
    unseen = finding(answer, "structures that the reference never had")
    assert (unseen["estimate"], unseen["outcome"]) == (pytest.approx(50 / 550), "fail")


def test_answers_are_held_against_references_in_four_senses(tmp_path):
    pairs = [("Paris", "Paris"), ("paris.", "Paris"), ("It is Paris, of course", "Paris"),
             ("London", "Paris"), ("about 1,200.50 euros", "1200.5"), ("x", "")] * 40  # fmt: skip
    answers, gold = zip(*pairs, strict=True)
    answer = answered(tmp_path, "gen.reference_match", answers, expected=gold,
                      params={"min_normalised": 0.6})  # fmt: skip
    shares = {f["metric"]: (f["estimate"], f["n"]) for f in answer["findings"]}
    assert shares["equal to the letter"] == (1 / 5, 200)
    assert shares["equal but for form"] == (2 / 5, 200)
    assert shares["reference contained"] == (3 / 5, 200)
    assert shares["same last number"] == (1.0, 40)
    assert answer["verdict"] == "fail"


def test_near_duplicates_differ_in_form_and_digits_only(tmp_path):
    unique = [f"case {chr(97 + i % 26)}{chr(97 + i // 26)} closed" for i in range(240)]
    same = [f"Dear customer no. {i}, thank you!" for i in range(160)]
    answer = answered(tmp_path, "gen.duplicates", unique + same)
    found = finding(answer, "near duplicates (heuristic)")
    assert (found["estimate"], found["outcome"]) == (0.4, "warn")
    assert found["detail"]["largest"] == 160
    assert answered(tmp_path, "gen.duplicates", unique)["verdict"] == "pass"


def test_secrets_and_canaries_are_counted_and_never_kept(tmp_path):
    key = "AKIA" + "Q" * 16
    answers = [f"use {key}", "sk-" + "a1" * 12, "the otter sleeps at nine", "fine"]
    answer = answered(tmp_path, "gen.secrets", answers, canary=[None, "", "otter sleeps", "heron"])
    assert finding(answer, "rows with an access key of AWS")["outcome"] == "fail"
    assert finding(answer, "rows with a key that begins with sk-")["outcome"] == "warn"
    assert finding(answer, "rows with the row's canary")["estimate"] == 0.5
    assert key not in str(answer)
    assert answered(tmp_path, "gen.secrets", ["fine", "ask-me-anything"])["verdict"] == "pass"


def rated(n, noise, rng):
    one = rng.choice(["good", "fair", "bad"], n, p=[0.5, 0.3, 0.2])
    two = np.where(rng.random(n) < noise, rng.choice(["good", "fair", "bad"], n), one)
    return pd.DataFrame({"one": one, "two": two})


@pytest.mark.parametrize(("noise", "verdict"), [(0.1, "pass"), (0.85, "fail")])
def test_kappa_equals_scikit_learn_and_is_judged_by_its_interval(noise, verdict, tmp_path):
    table = rated(800, noise, np.random.default_rng(6))
    answer = compute_on(tmp_path, "gen.agreement", table, raters=["one", "two"])
    (found,) = answer["findings"]
    assert found["estimate"] == pytest.approx(cohen_kappa_score(table["one"], table["two"]))
    assert answer["verdict"] == verdict


def test_the_interval_of_kappa_covers_what_it_says():
    rng, names = np.random.default_rng(7), "abc"
    shares = np.array([[0.4, 0.06, 0.04], [0.05, 0.2, 0.03], [0.05, 0.07, 0.1]])
    chance = float((shares.sum(0) * shares.sum(1)).sum())
    truth = (np.trace(shares) - chance) / (1 - chance)
    inside = 0
    for _ in range(400):
        drawn = rng.multinomial(150, shares.ravel()).reshape(3, 3)
        cells = {(a, b): int(drawn[i, j]) for i, a in enumerate(names) for j, b in enumerate(names)}
        value, error, _seen, _n = kappa(cells)
        inside += abs(value - truth) <= 1.96 * error
    assert 0.92 <= inside / 400 <= 0.98


def test_raters_who_all_say_the_same_are_inconclusive_and_one_rater_is_none(tmp_path):
    table = pd.DataFrame({"one": ["good"] * 100, "two": ["good"] * 100})
    assert compute_on(tmp_path, "gen.agreement", table, raters=["one", "two"])["verdict"] == (
        "inconclusive"
    )
    assert compute_on(tmp_path, "gen.agreement", table, raters=["one"])["verdict"] == (
        "not_applicable"
    )
