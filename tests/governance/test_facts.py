"""What the register knows beside a question: pulled from check runs, cards and incidents."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from governance.assessments import queries
from governance.assessments.facts import facts_of
from tests.builders.assessments import answer, assessment
from tests.builders.incidents import declared, run_of
from tests.builders.models_registry import new_version, version


def facts(world, key, user=None):
    row = queries.row_for(assessment(world), key)
    return facts_of(assessment(world), row, user or world.officer)


def page(world, key):
    where = {"pk": assessment(world).pk, "key": key}
    answered = world.client(world.officer).get(reverse("assessments:answer-edit", kwargs=where))
    return answered.content.decode()


def test_a_check_run_shows_on_the_subcategories_that_it_speaks_to_and_nowhere_else(world):
    run = run_of(world, "fail", headline="Drift found in 3 of 25 columns")
    (fact,) = facts(world, "MEASURE 2.4")
    assert (fact.state, fact.url, fact.stale) == ("fail", run.get_absolute_url(), False)
    assert fact.detail.startswith("Drift found in 3 of 25 columns")
    assert facts(world, "GOVERN 1.1") == []
    html = page(world, "measure-2.4")
    assert "Drift found in 3 of 25 columns" in html
    assert "Fail" in html


def test_a_passed_check_never_counts_as_an_answer(world):
    run_of(world, "pass")
    assert [fact.state for fact in facts(world, "MEASURE 2.4")] == ["pass"]
    assert queries.whole(queries.parts(assessment(world))).done == 0
    assert queries.row_for(assessment(world), "MEASURE 2.4").progress == "not_started"


def test_only_the_newest_run_of_a_check_on_a_version_shows(world):
    early = timezone.now() - dt.timedelta(days=9)
    run_of(world, "fail", finished_at=early)
    newest = run_of(world, "pass")
    assert [fact.url for fact in facts(world, "MEASURE 2.4")] == [newest.get_absolute_url()]


def test_a_run_on_an_older_version_is_stale(world):
    run_of(world, "pass")
    assert [fact.stale for fact in facts(world, "MEASURE 2.4")] == [False]
    new_version(world, "2.4")
    assert [fact.stale for fact in facts(world, "MEASURE 2.4")] == [True]


def test_an_unfinished_or_broken_run_is_no_fact(world):
    run_of(world, "")
    run_of(world, "error")
    assert facts(world, "MEASURE 2.4") == []


def test_a_stranger_sees_no_facts(world):
    version(world)
    run_of(world, "fail")
    assert facts(world, "MEASURE 2.4", world.stranger) == []
    assert facts(world, "MEASURE 2.9", world.stranger) == []


def test_open_incidents_show_where_incidents_can_speak(world):
    incident = declared(world)
    urls = [fact.url for fact in facts(world, "MANAGE 4.3")]
    assert urls == [incident.get_absolute_url()]
    assert incident.title in page(world, "manage-4.3")


def test_facts_take_the_same_few_queries_however_many_runs(world, django_assert_max_num_queries):
    answer(world, key="MEASURE 2.4", level=1)
    for _number in range(12):
        run_of(world, "pass")
    client = world.client(world.officer)
    where = {"pk": assessment(world).pk, "key": "measure-2.4"}
    with django_assert_max_num_queries(18):
        client.get(reverse("assessments:answer-edit", kwargs=where))
