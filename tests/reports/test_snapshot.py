"""The snapshot: everything one person may see, nothing else, in few queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.models import MetricResult
from ledger.actions import seal
from ledger.canonical import canonical
from models_registry.actions import link_model
from reports.shape import Snapshot
from reports.snapshot.build import freeze
from reports.wording import answers_of, verdict_sentence
from tests.builders.assessments import answer, assessment, cheap
from tests.builders.incidents import opened, run_of
from tests.builders.models_registry import new_system, system, version
from tests.builders.reports import report

AT = dt.datetime(2026, 11, 23, 18, 0, tzinfo=dt.UTC)


def frozen(world, by=None) -> Snapshot:
    asked = report(world)
    seal()
    return freeze(asked, by=by or world.auditor, at=AT)


def test_the_same_records_give_the_same_bytes(world) -> None:
    version(world)
    assert canonical(frozen(world)) == canonical(frozen(world))


def test_the_system_its_version_and_its_card_are_in_it(world) -> None:
    made = version(world)
    found = frozen(world)
    assert found["system"]["name"] == "Consumer loan decisions"
    assert found["system"]["unit"] == "Acme Bank / Consumer lending"
    assert [v["version"] for v in found["versions"]] == [made.number]
    card = found["card"]
    assert card is not None
    assert card["original_digest"] == made.cards.first().digest
    assert card["sections"]
    assert 0 < card["filled"] <= card["expected"]
    assert card["filled"] + len(card["missing"]) == card["expected"]
    assert found["evidence"][0]["digest"] == card["original_digest"]


def test_a_failed_run_its_incident_and_its_figures_are_linked(world) -> None:
    incident = opened(world, check_name="calibration")
    run = incident.check_run
    MetricResult.objects.create(
        run=run, position=0, metric="excess ECE", estimate=0.08, low=0.07, high=0.09, n=1204,
        method="bootstrap", warn=0.02, fail=0.05, worse="above", verdict="fail",
        detail={"reliability": [{"score": 0.5, "rate": 0.6, "n": 9, "low": 0.5, "high": 0.7}]},
    )  # fmt: skip
    found = frozen(world)
    [printed] = found["runs"]
    assert printed["rows"][0]["limit"] == "> 0.02 · 0.05"
    assert [c["kind"] for c in printed["charts"]] == ["reliability"]
    assert found["incidents"][0]["run_anchor"] == printed["anchor"]
    assert found["incidents"][0]["timeline"]
    spoken = {a["key"] for a in answers_of(found) if a["evidence"]}
    assert "MEASURE 2.5" in spoken
    assert "1 incident is open; of 1 check 1 failed" in verdict_sentence(found)


def test_only_the_newest_run_of_a_check_is_printed_in_full(world) -> None:
    run_of(world, "fail", check_name="drift")
    newer = run_of(world, "pass", check_name="drift")
    runs = frozen(world)["runs"]
    assert (runs[0]["key"], runs[0]["latest"]) == (newer.key, True)
    assert [r["latest"] for r in runs] == [True, False]


def test_a_run_without_a_result_is_unknown_and_never_hides_a_finished_one(world) -> None:
    run_of(world, "fail", check_name="drift")
    run_of(world, "", check_name="drift", headline="", finished_at=None)
    latest = [r for r in frozen(world)["runs"] if r["latest"]]
    assert [r["verdict"] for r in latest] == ["fail"]


def test_an_answer_with_a_level_is_answered_and_a_text_alone_is_not(world) -> None:
    answer(world, "MEASURE 2.11", level=3, text="Tested by group.")
    answer(world, "MEASURE 2.3", text="A beginning.")
    answer(world, "MAP 1.1", applicability="not_applicable", reason="No people involved.")
    by_key = {a["key"]: a for a in answers_of(frozen(world))}
    assert len(by_key) == 72
    rated, begun, excluded = (by_key[k] for k in ("MEASURE 2.11", "MEASURE 2.3", "MAP 1.1"))
    assert (rated["answered"], rated["level"]) == (True, 3)
    assert (begun["answered"], begun["text"]) == (False, "A beginning.")
    assert (excluded["answered"], excluded["applies"]) == (True, False)
    assert excluded["text"] == "No people involved."
    assert by_key["GOVERN 1.1"]["answered"] is False


def test_a_model_of_a_unit_that_the_reader_may_not_see_is_left_out(world) -> None:
    own = version(world)
    theirs = new_system(world, "Elsewhere", by=world.stranger, unit=world.elsewhere)
    link_model(by=world.service, system=theirs, model=own.model)
    report(world)
    seal()
    asked = report(world)
    asked.system = theirs
    found = freeze(asked, by=world.stranger, at=AT)
    assert found["versions"] == []
    assert found["card"] is None


@pytest.mark.parametrize("answered", [10])
def test_the_number_of_queries_does_not_grow_with_the_records(world, answered) -> None:
    opened(world)
    frozen(world)
    small = _queries(world)
    cheap(world, 150, answered)
    for number in range(12):
        run_of(world, "pass", check_name=f"check-{number}")
    assert _queries(world) == small
    assert small <= 30


def _queries(world) -> int:
    asked = report(world)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        freeze(asked, by=world.auditor, at=AT)
    return len(seen)


def test_the_assessment_of_the_report_is_the_one_that_was_chosen(world) -> None:
    chosen = assessment(world)
    asked = report(world)
    cheap(world, 3, 5)
    seal()
    found = freeze(asked, by=world.auditor, at=AT)
    assert found["assessment"] is not None
    assert found["assessment"]["key"] == chosen.key


def test_the_purpose_is_the_one_that_was_registered(world) -> None:
    assert frozen(world)["system"]["purpose"] == system(world).purpose
