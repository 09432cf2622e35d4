"""Deployments: one version in production at a time, no rewriting, a way back that was looked at."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from jobs.testing import run_all
from ledger.actions import action
from ledger.errors import Refused
from ledger.models import Event
from models_registry.actions import move_version
from models_registry.actions.deployments import (
    check_rollback,
    deploy,
    promote,
    report_digest,
    retire_deployment,
    roll_back,
)
from models_registry.models import AISystem, Artifact, Deployment, RollbackCheck
from models_registry.queries.deployments import digest_answer, in_production_at, way_back
from tests.builders.deployments import SCHEMA, approved_version, deployment, in_production, shadow
from tests.builders.models_registry import new_system, new_version, submitted_version
from vault.queries import path_of


def start(world, version, **values):
    wanted = {"environment": "prod-eu", "stage": "production", **values}
    return deploy(by=world.engineer, version=version, **wanted)


def refusal(code):
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


def checked(world, made, target):
    check_rollback(by=world.engineer, deployment=made, target=target)
    assert run_all() == 1
    return RollbackCheck.objects.filter(deployment=made).first()


def words_against(check):
    return " ".join(reason["text"] for reason in check.reasons if not reason["ok"])


def test_starting_in_production_ends_what_is_there_at_the_same_moment(world):
    first = in_production(world, "3.0")
    second = in_production(world, "3.1")
    first = first.reloaded()
    assert (first.until, first.ending) == (second.since, "replaced")
    now = timezone.now()
    assert [d.pk for d in in_production_at(world.engineer, now)] == [second.pk]
    before = second.since - dt.timedelta(microseconds=1)
    assert [d.pk for d in in_production_at(world.engineer, before)] == [first.pk]
    assert [d.pk for d in in_production_at(world.engineer, second.since)] == [second.pk]


def test_other_environments_and_other_stages_are_left_alone(world):
    first = in_production(world, "3.0")
    version = approved_version(world, "3.1")
    start(world, version, environment="prod-us")
    start(world, version, stage="canary", share=5)
    assert Deployment.objects.filter(until=None).count() == 3
    assert first.reloaded().until is None


@pytest.mark.parametrize("make", [new_version, lambda w, n: submitted_version(w)])
def test_a_version_that_nobody_approved_does_not_start(world, make):
    with refusal("not-servable") as caught:
        start(world, make(world, "9"))
    assert "Have it approved first" in caught.value.message
    assert not Deployment.objects.exists()


def test_a_suspended_version_does_not_start_and_is_not_promoted(world):
    version = approved_version(world, "3.0")
    canary = start(world, version, stage="canary", share=10)
    move_version(by=world.approver, version=version, verb="suspend", reason="Odd scores.")
    with refusal("not-servable"):
        start(world, version)
    with refusal("not-servable"):
        promote(by=world.engineer, deployment=canary)
    assert canary.reloaded().until is None


def test_promotion_is_the_end_of_one_row_and_the_start_of_the_next(world):
    old = in_production(world, "3.0")
    made = shadow(world)
    canary = promote(by=world.engineer, deployment=made, share=10)
    last = promote(by=world.engineer, deployment=canary, reason="A quiet week.")
    assert [d.stage for d in (made, canary, last)] == ["shadow", "canary", "production"]
    for before, after in ((made, canary), (canary, last)):
        before = before.reloaded()
        assert (before.until, before.ending) == (after.since, "promoted")
    assert old.reloaded().ending == "replaced"
    with refusal("stage"):
        promote(by=world.engineer, deployment=last)


def test_the_same_version_does_not_start_twice_in_one_place(world):
    made = in_production(world, "3.0")
    with refusal("already-there"):
        start(world, made.model_version)


def test_history_is_not_rewritten_and_the_future_is_not_known(world):
    noon = timezone.now() - dt.timedelta(hours=12)
    first = in_production(world, "3.0", since=noon)
    assert first.since == noon
    version = approved_version(world, "3.1")
    with refusal("rewrites-history"):
        start(world, version, since=noon - dt.timedelta(seconds=1))
    with refusal("future"):
        start(world, version, since=timezone.now() + dt.timedelta(minutes=1))
    second = start(world, version, since=noon + dt.timedelta(hours=1))
    retire_deployment(by=world.engineer, deployment=second, reason="Law changed.")
    with refusal("rewrites-history"):
        start(world, first.model_version, since=noon + dt.timedelta(hours=2))


@pytest.mark.parametrize("name", ["", "Prod EU", "prod/eu", "-prod", "prod\n"])
def test_an_environment_has_a_plain_name(world, name):
    with refusal("environment"):
        start(world, approved_version(world, "3.0"), environment=name)


def test_a_system_that_does_not_use_the_model_is_not_named(world):
    other = new_system(world, "Something else entirely")
    with refusal("system"):
        start(world, approved_version(world, "3.0"), system=other)
    using = AISystem.objects.get(name="Consumer loan decisions")
    version = approved_version(world, "3.1")
    assert start(world, version, system=using).system == using


@pytest.mark.parametrize("who", ["officer", "approver", "auditor", "administrator", "stranger"])
def test_only_engineers_and_owners_change_deployments(world, who):
    made = deployment(world)
    by = getattr(world, who)
    target = way_back(made)
    for change in (
        lambda: deploy(by=by, version=target, environment="prod-us", stage="production"),
        lambda: promote(by=by, deployment=made),
        lambda: retire_deployment(by=by, deployment=made, reason="x"),
        lambda: roll_back(by=by, deployment=made, reason="x", force=True),
        lambda: check_rollback(by=by, deployment=made, target=target),
        lambda: report_digest(by=by, deployment=made, digest="0" * 64),
    ):
        with pytest.raises(PermissionDenied):
            change()


def test_one_call_goes_back_to_the_version_that_was_checked(world):
    made = deployment(world)
    target = way_back(made)
    assert target.number == "3.0"
    check = checked(world, made, target)
    assert check.verified, words_against(check)
    again = roll_back(by=world.engineer, deployment=made, reason="Scores drift.")
    made = made.reloaded()
    assert (again.model_version, again.environment, again.stage) == (
        target,
        "prod-eu",
        "production",
    )
    assert again.rollback_of == made
    assert (made.until, made.ending) == (again.since, "rolled_back")
    event = Event.objects.get(action="models_registry.deployment.rolled-back")
    assert (event.subject, event.reason) == (made.key, "Scores drift.")
    assert way_back(again) is None


def test_an_unchecked_way_back_needs_force_and_the_ledger_says_so(world):
    made = deployment(world)
    with refusal("not-verified"):
        roll_back(by=world.engineer, deployment=made, reason="Scores drift.")
    with refusal("reason"):
        roll_back(by=world.engineer, deployment=made, reason=" ", force=True)
    roll_back(by=world.engineer, deployment=made, reason="Scores drift.", force=True)
    event = Event.objects.get(action="models_registry.deployment.rolled-back-unverified")
    assert event.reason == "Scores drift."


def test_a_check_grows_old(world, settings):
    made = deployment(world)
    assert checked(world, made, way_back(made)).verified
    settings.ROLLBACK_CHECK_DAYS = 0
    with refusal("not-verified"):
        roll_back(by=world.engineer, deployment=made, reason="Scores drift.")


def test_force_does_not_start_a_version_that_may_not_serve(world):
    made = deployment(world)
    target = way_back(made)
    assert checked(world, made, target).verified
    move_version(by=world.approver, version=target, verb="suspend", reason="A leak.")
    for force in (False, True):
        with pytest.raises(Refused):
            roll_back(by=world.engineer, deployment=made, reason="Drift.", force=force)
    assert made.reloaded().until is None
    assert "does not let it serve" in words_against(checked(world, made, target.reloaded()))


def test_lost_and_changed_bytes_are_found(world):
    made = deployment(world)
    target = way_back(made)
    path = path_of(target.artifacts.get().digest)
    path.chmod(0o600)
    path.write_bytes(b"something else")
    assert "does not have its recorded SHA-256" in words_against(checked(world, made, target))
    path.unlink()
    assert "cannot be read" in words_against(checked(world, made, target))


def test_findings_stop_a_target_and_unscanned_is_told(world):
    made = deployment(world)
    target = way_back(made)
    check = checked(world, made, target)
    assert any("never scanned" in reason["text"] for reason in check.reasons)
    artifact = target.artifacts.get()
    artifact.verdict = Artifact.Verdict.FINDINGS
    with action("models_registry.artifact.scanned", by=world.service) as act:
        act.save(artifact)
    assert "Findings" in words_against(checked(world, made, target))


def test_a_target_without_schema_or_files_is_not_verified(world):
    bare = approved_version(world, "2.9", schema={})
    bare_artifact = bare.artifacts.get()
    with action("models_registry.artifact.removed", by=world.service) as act:
        act.delete(bare_artifact)
    start(world, bare)
    made = in_production(world, "3.0")
    against = words_against(checked(world, made, bare))
    assert "not recorded" in against
    assert "No file is registered" in against


def test_a_changed_field_of_a_frozen_version_is_found(world):
    made = deployment(world)
    target = way_back(made)
    target.git_commit = "f" * 40
    with action("models_registry.version.edited", by=world.service) as act:
        act.save(target)
    assert "digest of its submission" in words_against(checked(world, made, target))


def test_the_target_is_another_version_of_the_same_model(world):
    made = deployment(world)
    with refusal("same"):
        check_rollback(by=world.engineer, deployment=made, target=made.model_version)
    other = new_version(world, "1", model_name="Another model")
    with refusal("other-model"):
        roll_back(by=world.engineer, deployment=made, reason="x", target=other, force=True)


def test_a_runtime_that_reports_other_bytes_is_told_apart(world):
    made = deployment(world)
    assert digest_answer(made) == "none"
    right = f"sha256:{made.model_version.content_digest.upper()}"
    assert digest_answer(report_digest(by=world.engineer, deployment=made, digest=right)) == "same"
    wrong = report_digest(by=world.engineer, deployment=made, digest="0" * 64)
    assert digest_answer(wrong) == "other"
    with refusal("digest"):
        report_digest(by=world.engineer, deployment=made, digest="abc")


def test_what_has_ended_does_not_change(world):
    made = deployment(world)
    retire_deployment(by=world.engineer, deployment=made, reason="Law changed.")
    for change in (
        lambda: promote(by=world.engineer, deployment=made),
        lambda: retire_deployment(by=world.engineer, deployment=made, reason="Again."),
        lambda: roll_back(by=world.engineer, deployment=made, reason="x", force=True),
    ):
        with refusal("ended"):
            change()


def test_the_builders_schema_is_one(world):
    assert deployment(world).model_version.io_schema == SCHEMA
