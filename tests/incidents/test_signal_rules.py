"""Terms of a unit: replayed before they hold."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import create_unit
from incidents.actions.observing import sweep_monitors
from incidents.actions.rules import enable_rule, replay_terms, withdraw_rule
from incidents.models import Incident, SignalRule
from incidents.queries.rules import rules_above, terms_for
from incidents.signals.deciding import AT_ONCE, Kind, Terms
from ledger.errors import Refused, StaleWrite
from ledger.models import Event
from tests.builders.signals import (
    HOUR,
    START,
    monitors,
    rule,
    signal,
    slices,
    told,
    windows,
)
from tests.world import World


def enabled(world: World, terms: Terms, **values: Any) -> SignalRule:
    about = {"unit": world.lending, "family": "drift", "kind": "failed", **values}
    seen = replay_terms(by=world.owner, terms=terms, **about).opened
    return enable_rule(by=world.owner, terms=terms, would_open=seen, reason="Why", **about)


def test_the_replay_counts_what_the_terms_would_have_opened(world: World) -> None:
    (monitor,) = monitors(world, 1)
    told(monitor, "gffgggfggffgggggg" + "fff")
    about = {"unit": world.lending, "family": "", "kind": "failed"}
    lax = replay_terms(by=world.owner, terms=Terms(3, 3), **about)
    assert (lax.opened, lax.series, lax.observations) == (1, 1, 20)
    keen = replay_terms(by=world.owner, terms=Terms(1, 1, 3, 0), **about)
    assert (keen.opened, keen.before) == (3, 1)
    assert Incident.objects.count() == 1


def test_a_rule_is_enabled_with_the_figure_of_its_replay_only(world: World) -> None:
    signal(world)
    about: dict[str, Any] = {
        "by": world.owner, "unit": world.lending, "family": "drift", "kind": "failed",
        "terms": Terms(2, 3), "reason": "Why",
    }  # fmt: skip
    for wrong in (None, 0):
        with pytest.raises(Refused, match="would have opened 1"):
            enable_rule(would_open=wrong, **about)
    made = enable_rule(would_open=1, **about)
    assert (made.would_open, made.replay_days, made.active) == (1, 90, True)
    with pytest.raises(StaleWrite):
        enable_rule(would_open=1, version=7, **about)
    assert Event.objects.filter(action="incidents.rule.enabled").count() == 1


def test_the_sweep_follows_the_rule_and_the_shipped_terms_after_it_is_withdrawn(
    world: World,
) -> None:
    (monitor,) = monitors(world, 1)
    found = enabled(world, Terms(4, 4))
    told(monitor, "fff")
    assert not Incident.objects.exists()
    withdraw_rule(by=world.owner, rule=found, reason="Too slow")
    told(monitor, "f", after=3)
    assert Incident.objects.count() == 1
    with pytest.raises(Refused, match="not in force"):
        withdraw_rule(by=world.owner, rule=found, reason="Again")


def test_the_nearest_unit_decides_and_a_rule_for_all_spares_security(world: World) -> None:
    child = create_unit(by=world.service, name="Cards", parent=world.lending)
    enabled(world, Terms(4, 9), family="")
    enabled(world, Terms(2, 9))
    held = rules_above(child)
    path = child.path or ""
    assert terms_for(held, path, "drift", Kind.FAILED) == Terms(2, 9)
    assert terms_for(held, path, "data", Kind.FAILED) == Terms(4, 9)
    assert terms_for(held, path, "security", Kind.FAILED) == AT_ONCE
    assert terms_for(held, path, "drift", Kind.NO_DATA) == Terms()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"terms": Terms(4, 3)}, "k"),
        ({"terms": Terms(0, 3)}, "k"),
        ({"terms": Terms(3, 101)}, "k"),
        ({"terms": Terms(3, 5, 0)}, "close_after"),
        ({"terms": Terms(3, 5, 6, -1)}, "reopen_hours"),
        ({"family": "astrology"}, "family"),
        ({"kind": "boredom"}, "kind"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    world: World, values: dict[str, Any], field: str
) -> None:
    about = {"unit": world.lending, "family": "drift", "kind": "failed", "terms": Terms(), **values}
    with pytest.raises(Refused) as refused:
        replay_terms(by=world.owner, **about)
    assert refused.value.field == field


def test_only_whoever_may_sets_terms_and_only_readers_replay(world: World) -> None:
    about: dict[str, Any] = {"unit": world.lending, "family": "", "kind": "failed"}
    with pytest.raises(PermissionDenied):
        enable_rule(by=world.engineer, terms=Terms(), would_open=0, reason="Why", **about)
    with pytest.raises(PermissionDenied):
        replay_terms(by=world.stranger, terms=Terms(), **about)


def test_the_page_shows_the_replay_before_it_offers_to_enable(world: World) -> None:
    signal(world)
    client, url = world.client(world.owner), "/incidents/rules/add/"
    assert "3 bad results among 5" in client.get("/incidents/rules/").content.decode()
    sent = {"unit": world.lending.pk, "family": "drift", "kind": "failed", "k": 2, "n": 3,
            "close_after": 6, "reopen_hours": 24}  # fmt: skip
    assert b'name="enable"' not in client.get(url).content
    assert client.post(url, {**sent, "enable": "1", "reason": "Why"}).status_code == 422
    shown = client.post(url, sent).content.decode()
    assert "would have opened 1 incident in the last 90 days" in shown
    assert 'name="would_open" value="1"' in shown
    made = client.post(url, {**sent, "enable": "1", "reason": "Why", "would_open": "1"})
    assert made.status_code == 303
    assert SignalRule.objects.get().terms == Terms(2, 3)


def test_the_pages_of_a_signal_tell_its_windows_and_hide_a_private_incident(world: World) -> None:
    found = signal(world)
    incident = found.incident
    assert incident is not None
    client = world.client(world.auditor)
    page = client.get(f"/incidents/signals/{found.pk}/").content.decode()
    assert page.count("RUN-") == 5
    assert incident.reference in page
    rows = client.get("/incidents/signals/?format=json&phase=ongoing&family=drift").json()
    assert [row["Incident"] for row in rows] == [incident.reference]
    hidden = world.api(world.stranger).get("/api/v1/signals/").json()["results"]
    assert hidden == []
    shown = world.api(world.auditor).get(f"/api/v1/signals/{found.pk}/observations/").json()
    assert [row["outcome"] for row in shown] == [
        "failed",
        "good",
        "failed",
        "failed",
        "good",
    ]


def test_the_api_withdraws_the_version_that_was_read(world: World) -> None:
    made = rule(world)
    api = world.api(world.owner)
    tag = api.get(f"/api/v1/signal-rules/{made.pk}/")["ETag"]
    path = f"/api/v1/signal-rules/{made.pk}/withdraw/"
    assert api.post(path, {"reason": "Why"}, HTTP_IF_MATCH='"0-0"').status_code == 412
    answer = api.post(path, {"reason": "Why"}, HTTP_IF_MATCH=tag)
    assert (answer.status_code, answer.json()["active"]) == (200, False)


def test_a_rule_is_changed_on_its_page_and_stays_where_it_is(world: World) -> None:
    made = rule(world)
    client, url = world.client(world.officer), f"/incidents/rules/{made.pk}/"
    sent = {"unit": world.acme.pk, "family": "data", "kind": "errored", "k": 3, "n": 4,
            "close_after": 6, "reopen_hours": 12, "version": made.version}  # fmt: skip
    shown = client.post(url, sent).content.decode()
    assert "would have opened 1 incident" in shown
    sent |= {"enable": "1", "reason": "Slower", "would_open": "1"}
    assert client.post(url, sent).status_code == 303
    (changed,) = SignalRule.objects.all()
    assert (changed.unit, changed.family, changed.terms) == (
        world.lending, "drift", Terms(3, 4, 6, 12),
    )  # fmt: skip
    assert client.post(url, sent).status_code == 409


@pytest.mark.parametrize("count", [1, 12])
def test_a_longer_list_of_signals_asks_the_database_no_more_often(
    world: World, count: int, django_assert_max_num_queries: Any
) -> None:
    (monitor,) = monitors(world, 1)
    for hour in (1, 2, 3):
        (run,) = windows(monitor, [START + hour * HOUR], "f", check="slice.performance")
        slices(run, **{f"part{i}": "fail" for i in range(count)})
        sweep_monitors()
    client = world.client(world.auditor)
    with django_assert_max_num_queries(12):
        page = client.get("/incidents/signals/").content.decode()
    assert page.count("part") >= count
