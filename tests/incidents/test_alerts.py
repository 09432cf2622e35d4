"""Alerts of other programs."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Incident
from tests.builders.incidents import closed, resolved
from tests.builders.models_registry import version
from tests.world import World

PATH = "/api/v1/incidents/alerts/"
BEGAN = timezone.now() - dt.timedelta(days=2)


def alert(world: World, **values: Any) -> dict[str, Any]:
    return {
        "status": "firing",
        "fingerprint": "9f2c",
        "labels": {"assay_model_version": str(version(world).pk), "severity": "warning",
                   "alertname": "ScoresLate"},
        "annotations": {"summary": "Scores arrive late", "description": "p99 is 40 s."},
        "startsAt": BEGAN.isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        **values,
    }  # fmt: skip


def deliver(world: World, *alerts: dict[str, Any], by: Any = None) -> Any:
    sent = {"version": "4", "receiver": "assay", "groupKey": "{}", "alerts": list(alerts)}
    return world.api(by or world.engineer, ["incident.declare"]).post(PATH, sent)


def test_an_alert_becomes_an_incident_once_however_often_it_is_delivered(world: World) -> None:
    first = deliver(world, alert(world)).json()
    again = deliver(world, alert(world), alert(world)).json()
    found = Incident.objects.get()
    assert [one["created"] for one in (*first, *again)] == [True, False, False]
    assert {one["reference"] for one in (*first, *again)} == {found.reference}
    assert (found.title, found.severity, found.state) == ("Scores arrive late", "sev3", "suspected")
    assert (found.occurred_at, found.model_version) == (BEGAN, version(world))
    assert found.entries.count() == 1


def test_the_end_of_an_alert_is_told_once_and_ends_nothing(world: World) -> None:
    deliver(world, alert(world))
    ended = {"status": "resolved", "endsAt": (BEGAN + dt.timedelta(hours=1)).isoformat()}
    for _again in range(2):
        deliver(world, alert(world, **ended))
    found = Incident.objects.get()
    assert (found.state, found.entries.count()) == ("suspected", 2)


@pytest.mark.parametrize(("end", "count"), [(resolved, 1), (closed, 2)])
def test_another_episode_reopens_what_was_resolved_and_follows_what_was_closed(
    world: World, end: Any, count: int
) -> None:
    deliver(world, alert(world))
    first = end(world, Incident.objects.get())
    deliver(world, alert(world))
    assert Incident.objects.get().state == first.state
    later = (timezone.now() + dt.timedelta(seconds=1)).isoformat()
    deliver(world, alert(world, startsAt=later))
    assert Incident.objects.count() == count
    assert Incident.objects.first().state == ("reopened" if count == 1 else "suspected")


def test_a_version_is_named_by_model_and_number_too(world: World) -> None:
    about = version(world)
    labels = {"model": about.model.name, "version": about.number, "severity": "critical"}
    deliver(world, alert(world, labels=labels, annotations={}))
    assert Incident.objects.get().severity == "sev1"


@pytest.mark.parametrize(
    "labels", [{}, {"assay_model_version": "x"}, {"assay_model_version": "9" * 15}, {"model": "No"}]
)
def test_an_alert_about_nothing_known_says_so_and_holds_up_no_other(
    world: World, labels: dict[str, str]
) -> None:
    answer = deliver(world, alert(world, labels=labels, fingerprint="aa"), alert(world))
    assert answer.status_code == 200
    assert [bool(one["problem"]) for one in answer.json()] == [True, False]


def test_a_stranger_declares_nothing_of_ours(world: World) -> None:
    assert deliver(world, alert(world), by=world.stranger).json()[0]["incident"] is None
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"fingerprint": "a/../b"},
        {"fingerprint": "a" * 101},
        {"startsAt": "yesterday"},
        {"status": "maybe"},
        {"labels": ["x"]},
        {"labels": {"a": {"b": 1}}},
        {"startsAt": None},
    ],
)
def test_what_is_no_alert_is_refused_as_a_whole(world: World, values: dict[str, Any]) -> None:
    assert deliver(world, alert(world, **values)).status_code == 400
