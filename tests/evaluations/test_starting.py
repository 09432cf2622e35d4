"""Starting checks: what is refused, what is guessed, what a broken run becomes."""

import io

import pandas as pd
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from evaluations.actions import break_run, close_abandoned, replay_run
from evaluations.checks.catalogue import CATALOGUE
from evaluations.columns import guess_roles
from evaluations.computing import CheckBroke, compute
from evaluations.models import CheckRun
from evaluations.queries import latest_runs, runs_for_subcategory
from frameworks.models import Node
from jobs.models import Job
from ledger.errors import Refused
from ledger.transitions import NoTransition
from models_registry.reading.process import ChildLimits
from models_registry.reading.profile import TableProfile
from tests.builders.evaluations import (
    as_parquet,
    cancer,
    finish,
    finished_run,
    queued_run,
    roles,
    start,
    table_of,
)
from tests.builders.models_registry import new_dataset, system, version
from vault.queries import path_of

pytestmark = pytest.mark.django_db


def refusal(world, *checks, **values):
    with pytest.raises(Refused) as caught:
        start(world, *checks, **values)
    assert not CheckRun.objects.exists()
    assert not Job.objects.exists()
    return caught.value


def test_wrong_columns_are_refused_with_the_columns_there_are(world):
    refused = refusal(world, "calibration", roles=roles(y_score="probability_of_default"))
    assert refused.field == "y_score"
    assert "no column “probability_of_default”. It has: mean radius," in refused.message


def test_a_score_that_is_text_is_refused_with_an_example(world):
    table = new_dataset(world, "words", table=b"y,s\n1,high\n0,low\n")
    refused = refusal(world, "calibration", current=table, roles={"y_true": "y", "y_score": "s"})
    assert refused.code == "not-numeric"
    assert "“high”" in refused.message or "“low”" in refused.message


def test_scores_outside_zero_and_one_are_refused(world):
    table = new_dataset(world, "logits", table=b"y,s\n1,3.5\n0,-2\n")
    refused = refusal(world, "calibration", current=table, roles={"y_true": "y", "y_score": "s"})
    assert "goes from -2.0 to 3.5" in refused.message


def test_a_label_that_does_not_occur_is_refused_with_the_labels_there_are(world):
    refused = refusal(world, "perf.classification", roles=roles(positive="yes"))
    assert (refused.code, refused.field) == ("unknown-label", "positive")
    assert "The labels are: 1, 0." in refused.message


def test_a_column_of_numbers_is_no_label(world):
    refused = refusal(world, "perf.classification", roles=roles(y_true="mean radius"))
    assert refused.code == "not-labels"


def test_drift_without_a_reference_is_refused(world):
    assert refusal(world, "drift", reference=None).code == "no-reference"


@pytest.mark.parametrize("value", [-0.1, 1.5, "much", [1]])
def test_a_limit_out_of_range_is_refused(world, value):
    params = {"calibration": {"warn": value}}
    assert refusal(world, "calibration", params=params).code == "bad-limit"


def test_an_unknown_check_role_or_limit_is_refused(world):
    assert refusal(world, "astrology").code == "unknown-check"
    assert refusal(world, "drift", params={"drift": {"moon": 1}}).code == "bad-limit"
    assert refusal(world, "drift", roles=roles(moon="x")).field == "roles"


def test_only_those_who_may_run_checks_start_them(world):
    for person in (world.auditor, world.officer, world.approver, world.stranger):
        with pytest.raises(PermissionDenied):
            start(world, "drift", by=person)
    assert not CheckRun.objects.exists()


def test_every_catalogue_key_is_a_subcategory_of_the_rmf(world):
    call_command("load_catalogue", stdout=io.StringIO())
    known = set(Node.objects.values_list("key", flat=True))
    named = {key for spec in CATALOGUE.values() for key, _ in spec.rmf}
    assert named <= known


def test_roles_are_guessed_from_names_and_kinds(world):
    profile = TableProfile.from_json(table_of(world, "current").profile)
    guessed = guess_roles(profile)
    assert (guessed["y_true"], guessed["y_pred"], guessed["y_score"]) == (
        "y_true", "y_pred", "y_score",
    )  # fmt: skip
    assert guessed["positive"] == "1"
    assert guessed["slices"] == ["clinic"]
    assert len(guessed["features"]) == 31


def test_a_run_keeps_what_it_takes_to_judge_it_again_without_the_table(world):
    run = finished_run(world)
    path_of(run.current.fingerprint).unlink()
    replay = replay_run(by=world.auditor, run=run)
    assert replay.same
    assert (replay.verdict, replay.headline) == (run.verdict, run.headline)
    out = io.StringIO()
    call_command("replay_check", str(run.pk), stdout=out)
    assert "Every figure is the same." in out.getvalue()


def test_a_changed_figure_does_not_survive_a_replay(world):
    run = finished_run(world)
    changed = run.reloaded()
    changed.results_digest = "0" * 64
    assert not replay_run(by=world.auditor, run=changed).same


def test_a_run_whose_table_is_lost_is_an_error_and_never_a_pass(world):
    (run,) = start(world, "perf.classification", reference=None)
    path_of(run.current.fingerprint).unlink()
    (run,) = finish([run])
    assert (run.state, run.verdict) == ("error", "error")
    assert run.headline.startswith("The check broke off")
    assert run.job.state == "done"


def test_a_check_that_takes_too_long_or_too_much_says_so(world):
    run = queued_run(world)
    with pytest.raises(CheckBroke, match="took longer than it may"):
        compute(run, lambda line: None, limits=ChildLimits(wall_seconds=0.05))
    with pytest.raises(CheckBroke, match="more memory than it may"):
        compute(run, lambda line: None, limits=ChildLimits(address_space_mb=150))


@pytest.mark.slow
def test_a_check_that_computes_too_long_says_so(world):
    # Enough rows that no machine is through within the one second allowed.
    table = as_parquet(pd.concat([cancer()["current"]] * 700))
    long = new_dataset(world, "long", table=table, file_name="long.parquet")
    (run,) = start(world, "drift", current=long, reference=long)
    with pytest.raises(CheckBroke, match="more processor time than it may"):
        compute(run, lambda line: None, limits=ChildLimits(cpu_seconds=1))


def test_a_second_delivery_of_the_job_changes_nothing(world):
    (run,) = finish(start(world, "perf.classification", reference=None))
    Job.objects.filter(pk=run.job_id).update(state="queued")
    (again,) = finish([run])
    assert again.version == run.version
    assert again.job.state == "done"


def test_a_run_whose_job_was_given_up_becomes_an_error(world):
    run = queued_run(world)
    Job.objects.filter(pk=run.job_id).update(state="failed", error="Interrupted too often.")
    assert close_abandoned(by=world.service) == 1
    assert close_abandoned(by=world.service) == 0
    run = run.reloaded()
    assert (run.verdict, run.headline) == ("error", "Interrupted too often.")


def test_a_finished_run_cannot_be_broken(world):
    with pytest.raises(NoTransition):
        break_run(by=world.service, run=finished_run(world), reason="I do not like it")


def test_runs_are_evidence_for_the_subcategories_they_speak_to(world):
    run = finished_run(world)
    queued_run(world)
    assert list(runs_for_subcategory(system(world), "MEASURE 2.3")) == [run]
    assert list(runs_for_subcategory(version(world), "MEASURE 2.5", user=world.auditor)) == [run]
    assert list(runs_for_subcategory(system(world), "MEASURE 2.3", user=world.stranger)) == []
    assert list(runs_for_subcategory(system(world), "MEASURE 2.11")) == []
    assert latest_runs(version(world)) == [run]


def test_the_command_starts_checks_with_guessed_roles(world):
    current, reference = table_of(world, "current"), table_of(world, "reference")
    out = io.StringIO()
    wanted = {
        "email": world.engineer.email, "model_version": version(world).pk, "current": current.pk,
        "reference": reference.pk, "stdout": out,
    }  # fmt: skip
    call_command("run_checks", "drift", "calibration", **wanted)
    assert CheckRun.objects.count() == 2
    assert "drift" in out.getvalue()
    with pytest.raises(CommandError, match="may check"):
        call_command("run_checks", "drift", **{**wanted, "email": world.stranger.email})
