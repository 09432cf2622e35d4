"""What was in production at a time: against a naive model, over the page and over the API."""

import datetime as dt
import json

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_registry.actions.deployments import deploy, promote, retire_deployment, roll_back
from models_registry.models import Deployment
from models_registry.queries.deployments import in_production_at
from tests.builders.deployments import approved_version, deployment, in_production, shadow

START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
PLACES = ("prod-eu", "prod-us")
STAGES = ("shadow", "canary", "production")
STEPS = st.tuples(
    st.sampled_from(["deploy", "deploy", "promote", "roll back", "retire"]),
    st.integers(0, 2),
    st.sampled_from(PLACES),
    st.sampled_from(STAGES),
    st.integers(0, 90),
)
HISTORIES = st.tuples(
    st.lists(STEPS, min_size=1, max_size=12),
    st.lists(st.integers(-10, 1200), min_size=4, max_size=8),
)


class Naive:
    """Who holds which stage of which place; production noted at every change."""

    def __init__(self):
        self.held = {}
        self.noted = {place: [] for place in PLACES}

    def note(self, place, minute):
        there = [v for (p, s, v) in self.held if (p, s) == (place, "production")]
        assert len(there) <= 1
        self.noted[place].append((minute, there[0] if there else None))

    def put(self, place, stage, version, row):
        if stage == "production":
            for key in [k for k in self.held if k[:2] == (place, "production")]:
                del self.held[key]
        self.held[place, stage, version] = row

    def at(self, place, minute):
        answer = None
        for moment, version in self.noted[place]:
            if moment <= minute:
                answer = version
        return answer


def play(world, versions, steps):
    """Do ``steps`` for real and on paper; a step that makes no sense is left out."""
    naive, minute = Naive(), 0
    by = world.engineer
    for verb, which, place, stage, wait in steps:
        minute += wait
        at = START + dt.timedelta(minutes=minute)
        here = sorted(k for k in naive.held if k[0] == place)
        key = here[which % len(here)] if here else None
        if verb == "deploy" and (place, stage, which) not in naive.held:
            row = deploy(by=by, version=versions[which], environment=place, stage=stage, since=at)
            naive.put(place, stage, which, row)
        elif verb == "promote" and key and key[1] != "production":
            onward = STAGES[STAGES.index(key[1]) + 1]
            if (place, onward, key[2]) in naive.held:
                continue
            row = promote(by=by, deployment=naive.held.pop(key), at=at)
            naive.put(place, onward, key[2], row)
        elif verb == "roll back" and key and (*key[:2], (key[2] + 1) % 3) not in naive.held:
            goal = (key[2] + 1) % 3
            row = roll_back(
                by=by, deployment=naive.held.pop(key), reason="Odd.", force=True,
                target=versions[goal], at=at,
            )  # fmt: skip
            naive.put(place, key[1], goal, row)
        elif verb == "retire" and key:
            retire_deployment(by=by, deployment=naive.held.pop(key), reason="Done.", at=at)
        naive.note(place, minute)
    return naive


@pytest.mark.slow
def test_the_answer_is_that_of_a_naive_model_for_any_history(world):
    versions = [approved_version(world, f"5.{n}") for n in range(3)]

    @settings(
        max_examples=16, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(HISTORIES)
    def check(history):
        steps, minutes = history
        with transaction.atomic():
            naive = play(world, versions, steps)
            for minute in minutes:
                moment = START + dt.timedelta(minutes=minute)
                found = {
                    d.environment: d.model_version_id
                    for d in in_production_at(world.engineer, moment)
                }
                expected = {p: naive.at(p, minute) for p in PLACES}
                assert found == {p: versions[v].pk for p, v in expected.items() if v is not None}
            transaction.set_rollback(True)

    check()
    assert not Deployment.objects.exists()


def page(world, query="", who="engineer", name="deployment-at"):
    url = reverse(f"models_registry:{name}")
    return world.client(getattr(world, who)).get(url + query)


def test_the_page_shows_the_version_of_the_moment(world):
    noon = timezone.now() - dt.timedelta(hours=5)
    in_production(world, "3.0", since=noon)
    in_production(world, "3.1", since=noon + dt.timedelta(hours=2))
    at = (noon + dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    early = page(world, f"?at={at}").content.decode()
    assert ">3.0</a>" in early
    assert ">3.1</a>" not in early
    assert ">3.1</a>" in page(world).content.decode()
    before = page(world, "?at=2001-01-01T00:00").content.decode()
    assert "was in production then" in before
    rows = json.loads(page(world, f"?at={at}&format=json").content)
    assert [(row["Environment"], row["Version"]) for row in rows] == [("prod-eu", "3.0")]
    assert len(rows[0]["Content digest"]) == 64
    assert b"3.0" in b"".join(page(world, f"?at={at}&format=csv").streaming_content)


@pytest.mark.parametrize("at", ["soon", "2999-01-01T00:00", "2025-13-01T00:00", "0001-01-01T00:00"])
def test_a_moment_that_is_none_is_told_on_the_page(world, at):
    deployment(world)
    shown = page(world, f"?at={at}")
    assert shown.status_code == 200
    assert "Enter a moment between 1970 and now" in shown.content.decode()


def test_a_stranger_sees_nothing_of_it(world):
    deployment(world)
    for name in ("deployment-at", "deployment-list"):
        assert "prod-eu" not in page(world, who="stranger", name=name).content.decode()
    found = world.api(world.stranger).get("/api/v1/deployments/in-production/")
    assert found.json() == []


def test_the_api_answers_for_a_moment_a_system_and_an_environment(world):
    noon = timezone.now() - dt.timedelta(hours=5)
    first = in_production(world, "3.0", since=noon)
    second = in_production(world, "3.1", since=noon + dt.timedelta(hours=2))
    api = world.api(world.engineer)
    url = "/api/v1/deployments/in-production/"
    system = second.model_version.model.uses.get().system_id

    def asked(**query):
        return [row["id"] for row in api.get(url, query).json()]

    assert asked() == [second.pk]
    assert asked(at=(noon + dt.timedelta(hours=1)).isoformat()) == [first.pk]
    assert asked(system=system, environment="prod-eu") == [second.pk]
    assert asked(environment="prod-us") == []
    raw = f"{url}?at={(noon + dt.timedelta(hours=1)):%Y-%m-%dT%H:%M:%S}+00:00"
    assert [row["id"] for row in api.get(raw).json()] == [first.pk]
    for bad in ({"at": "soon"}, {"system": "x"}, {"system": 10**30}):
        answer = api.get(url, bad)
        assert answer.status_code in (400, 422), bad
        assert answer["Content-Type"] == "application/problem+json"


def test_lists_ask_no_more_with_many_rows(world, django_assert_max_num_queries):
    deployment(world)
    client = world.client(world.engineer)
    version = shadow(world).model_version

    def asked(name):
        with django_assert_max_num_queries(12) as queries:
            assert client.get(reverse(f"models_registry:{name}")).status_code == 200
        return len(queries)

    names = ("deployment-list", "deployment-at")
    few = [asked(name) for name in names]
    for n in range(15):
        deploy(by=world.engineer, version=version, environment=f"p-{n}", stage="production")
    assert [asked(name) for name in names] == few


def test_the_list_is_filtered_by_model_environment_stage_and_end(world):
    deployment(world)
    shadow(world)

    def shown(query):
        url = reverse("models_registry:deployment-list")
        rows = json.loads(world.client(world.engineer).get(f"{url}?format=json&{query}").content)
        return sorted(row["Version"] for row in rows)

    assert shown("") == ["3.0", "3.1", "3.2"]
    assert shown("serves=now") == ["3.1", "3.2"]
    assert shown("serves=ended") == ["3.0"]
    assert shown("stage=shadow&environment=PROD-EU") == ["3.2"]
    assert shown("environment=other") == []
