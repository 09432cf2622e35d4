"""Champion against challenger: runs, versions, the paired test."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from evaluations.actions import pair_runs
from evaluations.comparing import (
    MORE_IS_BETTER,
    compare_runs,
    compare_versions,
    paired_runs,
    spread_of_difference,
)
from evaluations.engine.intervals import newcombe, wilson
from evaluations.engine.metrics import METRICS
from evaluations.models import CheckRun
from ledger.errors import Refused
from tests.builders.evaluations import finish, finished_run, rivals, start, table_of
from tests.builders.models_registry import new_version, version
from tests.security.routes.evaluations import compared

API = "/api/v1/check-comparisons/"


def proportion(k, n):
    low, high = wilson(k, n)
    return SimpleNamespace(estimate=k / n, low=low, high=high)


def test_the_interval_of_two_proportions_is_newcombes():
    found = spread_of_difference(proportion(40, 50), proportion(90, 100))
    assert found == pytest.approx(newcombe(90, 100, 40, 50))
    unknown = SimpleNamespace(estimate=0.5, low=None, high=None)
    assert spread_of_difference(unknown, unknown) is None


def test_every_metric_of_labels_has_a_direction():
    assert set(METRICS) < MORE_IS_BETTER


@pytest.mark.django_db
def test_two_versions_are_compared_check_by_check_by_their_newest_runs(world):
    newest = rivals(world)[1]
    old, new = newest.model_version, new_version(world, "2.4")
    same = {"current": newest.current, "reference": None, "roles": newest.roles}
    (later,) = finish(start(world, "perf.classification", version=new, **same))
    (found,) = compare_versions(old, new)
    assert found.first == newest
    assert (found.second, {row.slice for row in found.rows}) == (later, {""})
    asked = {"champion": old.pk, "challenger": new.pk}
    page = world.client(world.engineer).get(reverse("evaluations:version-compare"), asked).text
    assert reverse("evaluations:run-compare", args=[later.pk, newest.pk]) in page


@pytest.mark.django_db
def test_the_challenger_is_better_and_the_paired_test_says_so(world):
    champion, challenger = rivals(world)
    found = compare_runs(champion, challenger)
    words = {row.metric: row.word for row in found.rows}
    assert (words["accuracy"], found.same_data, found.notes) == ("better", True, [])
    assert words["recall"] == "better"  # though no limit says that more of it is better
    backwards = {row.metric: row.word for row in compare_runs(challenger, champion).rows}
    assert backwards["accuracy"] == "worse"
    client, url = (
        world.client(world.engineer),
        reverse("evaluations:run-compare", kwargs=compared(world)),
    )
    assert "Run the paired test" in client.get(url).text
    finish([CheckRun.objects.get(pk=client.post(url)["Location"].split("/")[-2])])
    (paired,) = paired_runs(world.engineer, found)
    assert (paired.check_name, paired.verdict) == ("perf.baseline", "pass")
    assert "Right more often than the old model" in client.get(url).text
    assert reverse("evaluations:run-compare", kwargs=compared(world)) in (
        client.get(challenger.get_absolute_url()).text
    )
    body = world.api(world.auditor).get(
        f"{API}?champion_run={champion.pk}&challenger_run={challenger.pk}"
    )
    assert (body.json()[0]["same_data"], body.json()[0]["paired_test"]) == (True, paired.pk)


@pytest.mark.django_db
def test_other_tables_are_named_and_cannot_be_paired(world):
    champion, _ = rivals(world)
    other = finished_run(world)
    found = compare_runs(champion, other)
    assert not found.can_be_paired
    assert "may come from the data" in found.notes[0]
    with pytest.raises(Refused, match="needs one table"):
        pair_runs(by=world.engineer, champion=champion, challenger=other)
    with pytest.raises(Refused, match="two different runs"):
        compare_runs(other, other)
    with pytest.raises(Refused, match="two different versions"):
        compare_versions(version(world), version(world))


@pytest.mark.django_db
def test_who_may_not_run_checks_starts_no_paired_test_and_strangers_compare_nothing(world):
    champion, challenger = rivals(world)
    with pytest.raises(PermissionDenied):
        pair_runs(by=world.auditor, champion=champion, challenger=challenger)
    asked = f"{API}?champion_run={champion.pk}&challenger_run={challenger.pk}"
    assert world.api(world.stranger).get(asked).status_code == 400
    number = version(world).pk
    page = world.client(world.stranger).get(
        reverse("evaluations:version-compare"), {"champion": number, "challenger": number}
    )
    assert "Select a valid choice" in page.text
    assert table_of(world, "current").name not in page.text
