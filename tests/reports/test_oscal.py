"""OSCAL from a snapshot: complete, stable, and with references that lead somewhere."""

import copy
import json
import re
import uuid

import pytest
from django.urls import reverse

from ledger.canonical import canonical
from ledger.models import Event
from reports.oscal import DOCUMENTS, document, problems
from reports.oscal.names import control_id
from reports.wording import answers_of
from tests.builders.reports import kept
from tests.reports.snapshots import snapshot

TOKEN = re.compile(r"^[a-z_][a-z0-9_.\-]*$")


@pytest.fixture
def frozen():
    return snapshot(answered=40, evidence=5)


def texts(value, name):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == name:
                yield inner
            yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, name)


def test_the_documents_refer_to_nothing_that_is_not_there(frozen) -> None:
    assert problems(document("assessment-results", frozen), document("catalog", frozen)) == []


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_identifiers_are_version_5_and_the_same_in_every_export(frozen, name) -> None:
    made = document(name, frozen)
    assert canonical(made) == canonical(document(name, copy.deepcopy(frozen)))
    found = list(texts(made, "uuid"))
    assert {uuid.UUID(one).version for one in found} == {5}
    assert len(set(found)) == len(found)
    assert all(
        TOKEN.match(ident)
        for ident in texts(made, "id")
        if "record" not in ident and ":" not in ident
    )


def test_unknown_is_not_satisfied_and_what_does_not_apply_is_excluded(frozen) -> None:
    (result,) = document("assessment-results", frozen)["assessment-results"]["results"]
    states = {f["target"]["target-id"]: f["target"]["status"]["state"] for f in result["findings"]}
    for answer in answers_of(frozen):
        ident = control_id(answer["key"])
        if not answer["applies"]:
            assert ident not in states
            assert {"control-id": ident} in (
                result["reviewed-controls"]["control-selections"][0]["exclude-controls"]
            )
        else:
            good = answer["answered"] and (answer["level"] or 0) >= 3
            assert states[ident] == ("satisfied" if good else "not-satisfied")
    assert len(states) < 72


def test_the_plan_lists_every_control_that_is_left(frozen) -> None:
    items = document("poam", frozen)["plan-of-action-and-milestones"]["poam-items"]
    (result,) = document("assessment-results", frozen)["assessment-results"]["results"]
    left = [f for f in result["findings"] if f["target"]["status"]["state"] == "not-satisfied"]
    assert len(items) == len(left) > 30


def planted(results: dict, what: str) -> None:
    result = results["results"][0]
    if what == "target":
        result["findings"][0]["target"]["target-id"] = "measure-9.9"
    elif what == "observation":
        result["observations"] = []
    elif what == "party":
        results["metadata"]["responsible-parties"][0]["party-uuids"] = [str(uuid.uuid4())]
    else:
        result["end"] = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("target", "not in the catalog"),
        ("observation", "observation that is not there"),
        ("party", "not described"),
        ("dates", "ends before it starts"),
    ],
)
def test_the_errors_that_schema_and_other_tools_miss_are_found(frozen, what, says) -> None:
    made = document("assessment-results", frozen)
    planted(made["assessment-results"], what)
    assert any(says in said for said in problems(made, document("catalog", frozen)))


def test_who_took_a_document_is_written_down(world) -> None:
    made = kept(world)
    url = reverse("reports:report-oscal", kwargs={"pk": made.pk, "name": "assessment-results"})
    body = world.client(world.engineer).get(url)
    assert "assessment-results" in json.loads(body.content)
    event = Event.objects.filter(subject=made.key).latest("pk")
    assert (event.action, json.loads(event.body)["detail"]["what"]) == (
        "reports.report.downloaded",
        "oscal/assessment-results",
    )
