"""Triggers open tickets that people decide; what monitoring costs, and whether less would do."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.actions import decide_proposal, weigh_windows
from evaluations.cadence import Load, Signal, chance_of, cheapest, options, rows_needed
from evaluations.models import CheckRun, Proposal
from evaluations.spending import budget_of, cadence_of, cost_of
from evaluations.triggers import blocks, fired
from ledger.actions import action
from ledger.errors import Refused
from tests.builders.evaluations import as_csv, cancer
from tests.builders.models_registry import new_dataset
from tests.builders.monitors import PATTERN, looked_at, new_monitor, proposed, tick

HOUR = dt.timedelta(hours=1)
YES = {"perf.estimated": "warn", "drift": "fail"}


def kinds(now, before=None, age=None, oldest=None):
    return [one.kind for one in fired(now, before or {}, age=age, oldest=oldest)]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({"perf.ranking": "fail"}, {}, ["performance"]),
        ({"perf.ranking": "error"}, {}, []),
        ({"perf.ranking": "inconclusive"}, {}, []),
        (YES, {"perf.estimated": "warn"}, ["estimated"]),
        (YES, {"perf.estimated": "pass"}, []),
        (YES, {}, []),
        ({**YES, "drift": "warn"}, {"perf.estimated": "warn"}, []),
        ({"calibration": "fail", "perf.ranking": "pass"}, {}, ["calibration"]),
        ({"calibration": "fail", "perf.ranking": "fail"}, {}, ["performance"]),
        ({"calibration": "fail"}, {}, []),
        ({"fairness.parity": "fail"}, {}, ["fairness"]),
        ({"data.quality": "fail"}, {}, []),
    ],
)
def test_each_trigger_fires_on_its_rule_and_on_nothing_less(now, before, expected):
    assert kinds(now, before) == expected


def test_an_old_reference_is_a_trigger_once_it_is_past_its_age():
    assert kinds({}, age=366, oldest=365) == ["baseline"]
    assert kinds({}, age=365, oldest=365) == kinds({}, age=900) == []


def test_a_quality_check_that_failed_or_broke_vouches_for_nothing():
    assert [blocks({"data.quality": v}) for v in ("fail", "error", "warn", "pass")] == [
        True, True, False, False,
    ]  # fmt: skip


def again(world, proposal, verdict="fail", quality=""):
    """Another window of the proposal's monitor with such verdicts, weighed."""
    monitor = proposal.monitor.reloaded()
    label = monitor.cursor.strftime(PATTERN)
    new_dataset(world, label, name="strict", table=as_csv(cancer()["current"]), role="production")
    window = tick(world, monitor.next_at)[-1]
    with action("evaluations.run.concluded", by=world.service) as act:
        for name, said in (("perf.classification", verdict), ("data.quality", quality)):
            run = CheckRun.objects.filter(window=window, check_name=name).first()
            if run is None and said:
                other = CheckRun.objects.filter(window=window).first()
                run = CheckRun(
                    model_version=other.model_version, check_name=name, window=window,
                    family=other.family, state="done",
                )  # fmt: skip
            if run and said:
                run.verdict = said
                act.save(run)
    weigh_windows(by=world.service)
    return proposal.reloaded()


@pytest.mark.django_db
def test_a_failed_window_opens_one_ticket_and_a_second_one_is_counted(world):
    proposal = proposed(world)
    assert (proposal.state, proposal.trigger, proposal.times) == ("open", "performance", 1)
    assert "runs no data quality check" in proposal.why
    assert weigh_windows(by=world.service) == 0
    assert again(world, proposal).times == 2
    assert Proposal.objects.count() == 1


@pytest.mark.django_db
def test_bad_data_block_a_proposal_and_good_data_free_or_end_it(world):
    proposal = again(world, proposed(world), quality="fail")
    assert proposal.state == "blocked"
    with pytest.raises(Refused, match="Repair the data first") as caught:
        decide_proposal(by=world.owner, proposal=proposal, verb="accept", reason="Retrain.")
    assert proposal.blocker.reference_number in str(caught.value)
    assert (
        "Repair the data first" in world.client(world.owner).get(proposal.get_absolute_url()).text
    )
    proposal = again(world, proposal, quality="pass")
    assert (proposal.state, proposal.blocker) == ("open", None)
    proposal = again(world, proposal, quality="error")
    assert again(world, proposal, verdict="pass", quality="pass").state == "lapsed"


@pytest.mark.django_db
def test_people_decide_with_a_reason_and_the_watcher_does_not_dismiss(world):
    proposal = proposed(world)
    for person in (world.engineer, world.auditor, world.stranger):
        with pytest.raises(PermissionDenied):
            decide_proposal(by=person, proposal=proposal, verb="dismiss", reason="It is nothing.")
    with pytest.raises(Refused, match="Say why"):
        decide_proposal(by=world.engineer, proposal=proposal, verb="accept", reason=" ")
    with pytest.raises(Refused):
        decide_proposal(by=world.service, proposal=proposal, verb="lapse", reason="x")
    api = world.api(world.engineer)
    url = f"/api/v1/proposals/{proposal.pk}/"
    tag = {"headers": {"If-Match": api.get(url)["ETag"]}}
    done = api.post(f"{url}accept/", {"reason": "Retrain on October."}, **tag)
    assert (done.json()["state"], done.json()["decided_by"]) == ("accepted", world.engineer.pk)
    outcome = proposal.monitor.model_version
    proposal = decide_proposal(
        by=world.engineer, proposal=proposal.reloaded(), verb="finish", reason="2.4 replaces it.",
        outcome=outcome,
    )  # fmt: skip
    assert (proposal.state, proposal.outcome) == ("done", outcome)


@pytest.mark.django_db
def test_a_dismissal_may_keep_its_trigger_quiet_for_a_while_and_no_longer(world):
    proposal = proposed(world)
    today = timezone.localdate()
    with pytest.raises(Refused, match="180 days"):
        decide_proposal(
            by=world.owner, proposal=proposal, verb="dismiss", reason="Known.",
            quiet_until=today + dt.timedelta(days=200),
        )  # fmt: skip
    decide_proposal(
        by=world.owner, proposal=proposal, verb="dismiss", reason="A known outage.",
        quiet_until=today + dt.timedelta(days=5),
    )  # fmt: skip
    again(world, proposal)
    assert Proposal.objects.count() == 1


def test_a_window_of_many_rows_may_be_looked_at_more_rarely_and_one_of_few_may_not():
    # Two hundred thousand rows a day at 0.9: the error of the accuracy is 0.0007.
    load = Load(days=1, rows=200_000, seconds=6, runs=1)
    found = options([Signal("accuracy", 0.03, 0.0007)], load, within=28)
    best = cheapest(found)
    assert (best.factor, best.pooled) == (28, False)
    assert best.chance > 0.99
    assert best.seconds == pytest.approx(found[0].seconds / 28)
    few = options([Signal("accuracy", 0.03, 0.03)], load, within=28)
    assert few[0].chance == pytest.approx(1 - (1 - chance_of(Signal("", 0.03, 0.03), 1)) ** 28)
    assert cheapest(options([Signal("accuracy", 0.03, 0.05)], load, within=2)) is None


def test_the_rows_that_are_missing_give_the_wanted_chance():
    signal = Signal("accuracy", 0.03, 0.05)
    n = rows_needed([signal], rows=100, looks=2)
    error = 0.05 / (n / 100) ** 0.5
    found = options([Signal("accuracy", 0.03, error)], Load(14, n, 5, 1), within=28)
    assert found[0].chance == pytest.approx(0.8, abs=0.002)


@pytest.mark.django_db
def test_cost_budget_and_cadence_are_told_on_the_page_and_over_the_api(world):
    made = looked_at(world)
    with action("evaluations.monitor.edited", by=world.service) as act:
        made.price_hour, made.currency, made.budget, made.budget_of = 3600, "EUR", 5, "rows"
        act.save(made)
    cost = cost_of(made)
    assert cost.money == pytest.approx(cost.seconds)
    budget = budget_of(made)
    assert (budget.spent, budget.is_exceeded) == (285, True)
    assert budget.ahead == pytest.approx(285 / 2 * 24 * 30)
    cadence = cadence_of(made)
    assert cadence.options[0].rows == pytest.approx(285 * 24 * 30)
    page = world.client(world.auditor).get(made.get_absolute_url()).text
    assert "Could it look more rarely?" in page
    assert "exceeded" in page
    api = world.api(world.auditor)
    assert api.get(f"/api/v1/monitors/{made.pk}/cost/").json()["budget"]["spent"] == 285
    told = api.get(f"/api/v1/monitors/{made.pk}/cadence/").json()
    assert len(told["options"]) == len(cadence.options)


@pytest.mark.django_db
def test_a_monitor_without_windows_has_no_cadence_to_compute(world):
    assert cadence_of(new_monitor(world)) is None
