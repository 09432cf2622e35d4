"""The main job: a table of predictions, four checks as jobs, verdicts with reasons."""

import pytest

from evaluations.models import CheckRun
from tests.builders.evaluations import SHIFTED, finish, start, table_of

pytestmark = [pytest.mark.django_db, pytest.mark.thin_path]


def by_check(runs):
    return {run.check_name: run for run in runs}


def test_four_checks_on_the_breast_cancer_table_give_verdicts_with_reasons(world):
    limits = {"perf.classification": {"min_accuracy": 0.9, "min_recall": 0.9}}
    runs = by_check(finish(start(world, params=limits, reference=table_of(world, "reference"))))
    assert {run.state for run in runs.values()} == {"done"}
    assert len({run.family for run in runs.values()}) == 1
    performance = runs["perf.classification"]
    accuracy = performance.results.get(metric="accuracy")
    assert (accuracy.verdict, accuracy.n) == ("pass", 285)
    assert 0.9 < accuracy.low < accuracy.estimate < accuracy.high
    calibration = runs["calibration"]
    assert calibration.verdict == "inconclusive"
    assert "285 rows are too few, 300 are needed" in calibration.headline
    assert not runs["drift"].results.filter(verdict__in=("warn", "fail")).exists()
    assert runs["slice.performance"].verdict in ("pass", "inconclusive")
    assert all(run.headline and run.aggregates and run.results_digest for run in runs.values())


def test_a_shifted_copy_fails_drift_in_the_shifted_columns_only(world):
    (run,) = finish(start(world, "drift", current=table_of(world, "shifted")))
    assert run.verdict == CheckRun.Verdict.FAIL
    failed = set(run.results.filter(verdict="fail").values_list("slice", flat=True))
    assert failed == set(SHIFTED)
    assert run.headline.startswith("Drift found in 2 of 31 columns; the largest is mean ")
    assert not run.results.filter(verdict="warn").exists()


def test_performance_without_reference_passes_its_criterion(world):
    limits = {"perf.classification": {"min_accuracy": 0.9}}
    (run,) = finish(start(world, "perf.classification", reference=None, params=limits))
    assert run.verdict == "pass"
    assert run.headline.endswith("every judged figure is within its limits")


def test_performance_with_nothing_to_hold_it_against_is_not_a_pass(world):
    (run,) = finish(start(world, "perf.classification", reference=None))
    assert run.verdict == "inconclusive"
    assert "no acceptance criterion and no reference" in run.headline
