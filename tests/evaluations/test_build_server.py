"""Checks in a build: a file goes in, the call waits, JUnit comes out."""

import threading
import time
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from evaluations import waiting
from evaluations.actions import break_run
from evaluations.junit import junit
from evaluations.models import CheckRun, MetricResult
from models_registry.models import DatasetVersion
from tests.builders.evaluations import as_csv, cancer, finish, finished_run, queued_run, roles
from tests.builders.models_registry import version

pytestmark = pytest.mark.django_db
URL = "/api/v1/check-runs/"


def parsed(xml):
    return ElementTree.fromstring(xml)  # noqa: S314  written by us a moment ago


def sent(world, **values):
    table = SimpleUploadedFile("scores.csv", as_csv(cancer()["current"].head(40)))
    return {
        "model_version": version(world).pk, "checks": ["perf.classification"], "file": table,
        "roles": '{"positive": "0"}', **values,
    }  # fmt: skip


def test_a_file_is_kept_its_roles_are_guessed_and_its_checks_start(world):
    made = world.api(world.engineer).post(URL, sent(world), format="multipart")
    assert made.status_code == 201, made.content
    (run,) = CheckRun.objects.all()
    assert made.json()[0]["job"] == str(run.job.public_id)
    assert (run.roles["y_true"], run.roles["positive"]) == ("y_true", "0")
    assert run.current.name == "scores"
    assert run.current.unit == version(world).model.unit
    (run,) = finish([run])
    assert run.verdict == "inconclusive"


@pytest.mark.parametrize(
    "values", [{"roles": "[" * 100_000}, {"roles": "[]"}, {"params": '{"drift": 1}'}, {"file": ""}]
)
def test_what_does_not_fit_is_refused_before_anything_is_kept(world, values):
    answer = world.api(world.engineer).post(URL, sent(world, **values), format="multipart")
    assert answer.status_code == 400
    assert not DatasetVersion.objects.filter(name="scores").exists()


def test_who_may_not_run_checks_leaves_no_file_behind(world):
    answer = world.api(world.officer).post(URL, sent(world), format="multipart")
    assert answer.status_code == 403
    assert not DatasetVersion.objects.filter(name="scores").exists()


def test_a_file_and_a_table_at_once_are_refused(world):
    known = queued_run(world).current.pk
    body = sent(world, current=known)
    assert world.api(world.engineer).post(URL, body, format="multipart").status_code == 400


def test_waiting_ends_with_the_time_that_was_asked_for(world):
    run = queued_run(world)
    start = time.monotonic()
    answer = world.api(world.engineer).get(f"{URL}{run.pk}/?wait=0.4")
    assert answer.json()["state"] == "queued"
    assert 0.4 <= time.monotonic() - start < 5
    for wrong in ("soon", "-1", "inf", "nan"):
        assert world.api(world.engineer).get(f"{URL}{run.pk}/?wait={wrong}").status_code == 400


def test_a_finished_run_is_not_waited_for_and_too_many_do_not_wait_at_all(world):
    start = time.monotonic()
    assert waiting.wait_for([finished_run(world).pk], 20)
    taken = [waiting._SEATS.acquire(blocking=False) for _ in range(3)]
    try:
        assert not waiting.wait_for([queued_run(world).pk], 20)
    finally:
        for _ in taken:
            waiting._SEATS.release()
    assert time.monotonic() - start < 15


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_waiting_call_lets_others_write_and_hears_of_the_end(world):
    run, by = queued_run(world), world.service

    def end():
        time.sleep(0.3)
        break_run(by=by, run=CheckRun.objects.get(pk=run.pk), reason="Stopped by hand")
        connection.close()

    other = threading.Thread(target=end)
    other.start()
    start = time.monotonic()
    answer = world.api(world.engineer).get(f"{URL}{run.pk}/?wait=20")
    other.join()
    assert answer.json()["state"] == "error"
    assert time.monotonic() - start < 10


def test_junit_counts_failures_errors_and_what_is_no_pass(world):
    run = finished_run(world)
    answer = world.api(world.engineer).get(f"{URL}{run.pk}/junit/")
    suite = parsed(answer.content).find("testsuite")
    assert suite.get("name") == "perf.classification"
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    waiting_run = queued_run(world)
    for strict, kind in ((False, "skipped"), (True, "failure")):
        root = parsed(junit([waiting_run], strict=strict))
        assert root.find(f"testsuite/testcase/{kind}").get("type") == "not finished"


def test_junit_survives_names_that_xml_cannot_hold(world):
    run = finished_run(world)
    MetricResult.objects.filter(run=run).update(slice="a\x1b<b>", verdict="fail")
    root = parsed(junit([run]))
    assert root.get("failures") == root.get("tests") != "0"
    assert "a\ufffd<b>" in root.find("testsuite/testcase").get("name")


def test_guessed_roles_give_way_to_named_ones(world):
    body = sent(world, roles='{"y_pred": "nowhere"}')
    refused = world.api(world.engineer).post(URL, body, format="multipart")
    assert refused.status_code == 422
    assert "nowhere" in refused.content.decode()
    assert roles()["y_pred"] != "nowhere"
