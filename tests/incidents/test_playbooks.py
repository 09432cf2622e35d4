"""What to do, where to go back to, what else is concerned, and whom it harmed."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from incidents.actions import advance, declare_incident
from incidents.actions.playbooks import (
    choose_playbook,
    record_exposure,
    tick_step,
    untick_step,
    withdraw_harm,
)
from incidents.actions.rolling_back import roll_back_incident
from incidents.models import RollbackRecord, TimelineEntry
from incidents.playbooks import PARTS, PlaybookError, playbook_from, playbooks, suggested
from incidents.queries.playbooks import followed, suggestions
from incidents.queries.rollback import blast_radius, candidates, target_of
from ledger.errors import Refused
from models_registry.actions.datasets import use_dataset
from models_registry.actions.parents import add_parent
from models_registry.models import Deployment
from tests.builders.deployments import add_file, in_production
from tests.builders.incidents import closed, declared, incident, opened, run_of
from tests.builders.models_registry import dataset, new_version
from tests.builders.playbooks import after_a_good_one, chosen, harm, tick, verified
from tests.world import World


def last_line(found) -> str:
    return TimelineEntry.objects.filter(incident=found).order_by("pk").last().text


def test_there_are_thirteen_playbooks_and_each_says_everything() -> None:
    found = playbooks().values()
    assert len(found) == 13
    for one in found:
        assert all(getattr(one, part) for part in (*PARTS, "signals", "subcategories", "tags"))
    with pytest.raises(PlaybookError, match="astrology"):
        playbook_from(playbooks()["leakage"].plain() | {"checks": ["astrology"]})


def test_a_failed_check_suggests_its_playbook_first(world: World) -> None:
    found = opened(world)
    assert suggestions(found)[0].id == "data-drift"
    assert suggested("privacy.pii")[0].id == "privacy"
    assert suggested("artifact.safety")[0].id == "supply-chain"
    choose_playbook(by=world.engineer, incident=found, playbook="data-drift")
    assert "data-drift" not in [one.id for one in suggestions(found)]


def test_a_tick_is_an_action_with_its_line_and_stands_once(world: World) -> None:
    made = chosen(world)
    first = tick(world)
    assert last_line(made.incident).startswith("Done: Compare with a figure")
    with pytest.raises(Refused, match="ticked this step"):
        tick_step(by=world.owner, chosen=made, step="contain-1")
    with pytest.raises(Refused, match="not needed"):
        tick_step(by=world.owner, chosen=made, step="keep-1", outcome="not_needed")
    tick_step(by=world.owner, chosen=made, step="keep-1", outcome="not_needed", note="Kept")
    ((one),) = followed(made.incident)
    assert (one.done, one.total) == (2, 9)
    untick_step(by=world.owner, tick=first)
    assert last_line(made.incident).startswith("Not done after all")
    with pytest.raises(Refused, match="no such step"):
        tick_step(by=world.owner, chosen=made, step="contain-99")
    with pytest.raises(PermissionDenied):
        tick_step(by=world.auditor, chosen=made, step="keep-2")


def test_nothing_is_ticked_when_the_incident_has_ended(world: World) -> None:
    made = chosen(world)
    closed(world, incident(world))
    with pytest.raises(Refused) as refused:
        tick_step(by=world.engineer, chosen=type(made).objects.get(pk=made.pk), step="keep-2")
    assert refused.value.status == 409


def test_the_target_is_the_newest_that_served_before_passed_is_kept_and_not_doubted(
    world: World,
) -> None:
    good, bad, found = after_a_good_one(world)
    target = target_of(candidates(found))
    assert target.version == good.model_version
    assert all("3.1" not in text for _ok, text in target.reasons)
    unused = {one.version.number: one for one in candidates(found)}
    assert bad.model_version.number not in unused
    declare_incident(
        by=world.engineer, what="Also odd", severity="sev3", version=good.model_version
    )
    assert target_of(candidates(found)) is None
    against = [text for ok, text in candidates(found)[-1].reasons if not ok]
    assert against == ["An open incident is about it."]


def test_a_check_that_never_ran_or_failed_speaks_against_a_target(world: World) -> None:
    good, _bad, found = after_a_good_one(world)
    run_of(world, "warn", model_version=good.model_version)
    assert target_of(candidates(found)) is None
    run_of(world, "pass", model_version=good.model_version, finished_at=timezone.now())
    assert target_of(candidates(found)) is not None


def test_poisoned_data_counts_back_to_when_a_version_was_made(world: World) -> None:
    _good, _bad, found = after_a_good_one(world)
    choose_playbook(by=world.engineer, incident=found, playbook="poisoning")
    assert target_of(candidates(found)) is None, "registered after the failure began"
    assert "Registered after" in candidates(found)[0].reasons[0][1]


def test_one_action_rolls_back_in_the_registry_and_contains(world: World) -> None:
    good, bad, found = after_a_good_one(world)
    advance(by=world.engineer, incident=found, verb="declare")
    ask = {"by": world.engineer, "incident": found, "deployment": bad, "reason": "Drift"}
    with pytest.raises(Refused, match="not verified"):
        roll_back_incident(**ask)
    assert not RollbackRecord.objects.exists(), "nothing of a refused rollback stays"
    verified(world, bad, good)
    made = roll_back_incident(**ask)
    assert made.fits
    assert made.started.model_version == good.model_version
    assert Deployment.objects.get(pk=bad.pk).ending == "rolled_back"
    assert found.reloaded().state == "contained"
    assert found.containments.get().deployment == made.started
    with pytest.raises(Refused, match="ended"):
        roll_back_incident(**ask | {"incident": found.reloaded()})


def test_a_target_against_the_rule_needs_to_be_forced_and_keeps_the_reasons(world: World) -> None:
    old = in_production(world, "3.0", since=timezone.now() - dt.timedelta(days=2))
    bad = in_production(world, "3.1")
    found = opened(world, model_version=bad.model_version)
    ask = {
        "by": world.engineer, "incident": found, "deployment": bad, "reason": "Now",
        "target": old.model_version,
    }  # fmt: skip
    with pytest.raises(Refused, match="never ran on it"):
        roll_back_incident(**ask)
    made = roll_back_incident(**ask, force=True)
    assert not made.fits
    assert any(not one["ok"] for one in made.reasons)


def test_the_blast_radius_follows_bytes_not_names(world: World) -> None:
    bad = new_version(world, "4.0")
    add_file(world, bad, b"the same weights")
    twin, child = new_version(world, "4.1"), new_version(world, "4.2")
    add_file(world, twin, b"the same weights")
    add_file(world, child, b"others")
    add_parent(by=world.engineer, version=child, relation="finetune", parent=twin)
    trained = new_version(world, "4.3")
    for one in (bad, trained):
        use_dataset(by=world.engineer, dataset=dataset(world), version=one)
    found = declared(world, version=bad)
    blast = blast_radius(found, world.engineer)
    assert blast.versions == [twin]
    assert blast.descendants == [child]
    assert blast.datasets == [dataset(world)]
    assert blast.trained == [trained]
    assert blast.hidden == 0
    assert blast_radius(found, world.stranger).hidden == 3, "counted, not named"


def test_harm_is_withdrawn_with_a_reason_and_not_edited(world: World) -> None:
    found = incident(world)
    made = harm(world, found)
    assert last_line(found).startswith("Harm: Loss of money or livelihood: Applicants (14), likely")
    withdraw_harm(by=world.owner, incident=found, harm=made, reason="Counted twice")
    with pytest.raises(Refused):
        withdraw_harm(by=world.owner, incident=found, harm=made, reason="Again")
    with pytest.raises(Refused, match="not negative"):
        harm(world, found, count=-1)


def test_decisions_served_are_counted_or_estimated_from_a_rate(world: World) -> None:
    found, now = incident(world), timezone.now()
    ask = {
        "by": world.engineer, "incident": found, "since": now - dt.timedelta(hours=36),
        "until": now, "method": "From the log",
    }  # fmt: skip
    estimate = record_exposure(**ask, per_day=1_000)
    assert (estimate.count, estimate.estimated) == (1_500, True)
    assert record_exposure(**ask, count=1_402, per_day=1_000).estimated is False
    with pytest.raises(Refused, match="before the beginning"):
        record_exposure(**ask | {"until": now - dt.timedelta(days=3)}, count=1)
    with pytest.raises(Refused, match="how many a day"):
        record_exposure(**ask)


def test_the_page_of_the_response_shows_all_of_it_in_bounded_queries(
    world: World, django_assert_max_num_queries
) -> None:
    _good, bad, found = after_a_good_one(world)
    choose_playbook(by=world.engineer, incident=found, playbook="data-drift")
    harm(world, found, text="<script>alert(1)</script>\u202e")
    client = world.client(world.engineer)
    with django_assert_max_num_queries(55):
        page = client.get(f"/incidents/{found.pk}/response/").content.decode()
    assert "The rule names" in page
    assert str(bad) in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    for what in ("playbook", "harm", "harm-withdraw", "exposure", "rollback"):
        assert client.get(f"/incidents/{found.pk}/ask/{what}/").status_code == 200
