"""Times to detect, acknowledge and resolve."""

import datetime as dt
import random

import pytest
from django.utils import timezone

from incidents.models import Incident
from incidents.queries.trends import functions_of, incidents_for_trends, times_of
from incidents.timings import OTHERS, Median, Times, by_month, grouped, hours_between, median_of
from incidents.trends import trends_of
from tests.builders.incidents import declared, opened, resolved
from tests.builders.signals import signal
from tests.world import World

NOON = dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC)


def times(cause: str = "drift", *, at: dt.datetime = NOON, hours: float | None = 1.0) -> Times:
    return Times(at, cause, "Lantern", ("MEASURE",), None, None, hours)


def test_a_median_has_its_count_and_an_interval_from_six_values_on() -> None:
    assert median_of([]) == Median(0)
    assert median_of([None, 3.0, 1.0]) == Median(2, 2.0)
    assert median_of([5.0, 1.0, 2.0, 9.0, 3.0, 4.0]) == Median(6, 3.5, 1.0, 9.0)
    # Ranks of the 95 % interval from a table of the binomial distribution.
    assert median_of(float(i) for i in range(1, 21)) == Median(20, 10.5, 6.0, 15.0)
    assert median_of(float(i) for i in range(1, 401)) == Median(400, 200.5, 180.0, 221.0)


def test_the_interval_holds_the_median_about_as_often_as_it_says() -> None:
    rng = random.Random(5)
    held = 0
    for _trial in range(1000):
        found = median_of(rng.expovariate(1.0) for _ in range(15))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.6931471805599453 <= found.high
    assert held >= 940


def test_times_the_wrong_way_round_are_not_known() -> None:
    assert hours_between(NOON, NOON + dt.timedelta(minutes=90)) == 1.5
    assert hours_between(NOON, NOON - dt.timedelta(minutes=1)) is None
    assert hours_between(None, NOON) is None


def test_rare_groups_are_counted_together_and_months_without_incidents_are_shown() -> None:
    rows = [times("drift"), times("drift"), times("data"), times("fairness")]
    groups = grouped(rows, lambda row: (row.cause,), most=2)
    assert [(g.name, g.incidents) for g in groups] == [("drift", 2), ("data", 1), (OTHERS, 1)]
    late = times(at=dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.timezone(-dt.timedelta(hours=2))))
    months = by_month([late, times()], NOON, 4)
    found = [(month.name, month.incidents) for month in months]
    assert found == [("2025-12", 0), ("2026-01", 0), ("2026-02", 1), ("2026-03", 1)]


def test_a_check_counts_for_each_function_that_it_speaks_to() -> None:
    assert "MEASURE" in functions_of("drift")
    assert functions_of("no.such.check") == functions_of(None) == ("",)


def test_trends_tell_causes_and_leave_out_duplicates_and_what_was_dismissed(world: World) -> None:
    signal(world)
    opened(world, check_name="calibration")
    resolved(world, declared(world, occurred_at=timezone.now() - dt.timedelta(hours=5)))
    found = trends_of(incidents_for_trends(world.engineer), "cause")
    assert {g.name: g.incidents for g in found.groups} == {
        "Drift": 1, "Performance": 1, "Declared by a person": 1,
    }  # fmt: skip
    person = next(g for g in found.groups if g.name == "Declared by a person")
    assert person.detect.value == pytest.approx(5, abs=0.1)
    assert (person.detect.n, person.resolve.n) == (1, 1)
    assert found.months[-1].incidents == 3
    assert trends_of(incidents_for_trends(world.stranger), "model").all.incidents == 0


def test_trends_of_private_incidents_are_for_those_who_see_them(world: World) -> None:
    declared(world, private=True)
    assert len(times_of(incidents_for_trends(world.engineer))) == 1
    assert times_of(incidents_for_trends(world.owner)) == []


def test_page_export_and_api_say_the_same(world: World) -> None:
    resolved(world, declared(world))
    client = world.client(world.auditor)
    page = client.get("/incidents/trends/?by=model&severity=sev2").content.decode()
    assert "Lantern credit scoring" in page
    assert "Time to resolve, median hours" in page
    exported = client.get("/incidents/trends/?by=model&format=json").json()
    told = world.api(world.auditor).get("/api/v1/incidents/trends/?by=model").json()
    assert exported["groups"] == [told["all"], *told["groups"]]
    assert told["all"]["resolve_n"] == 1
    text = client.get("/incidents/trends/?format=csv").content.decode()
    assert text.splitlines()[1].startswith("All,1,")
    bad = world.api(world.auditor).get("/api/v1/incidents/trends/?since=never")
    assert bad.status_code == 400
    assert client.get("/incidents/trends/?since=never").status_code == 200
    assert Incident.objects.count() == 1
