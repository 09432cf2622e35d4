"""Incidents over the API and by command."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from incidents.actions import advance
from incidents.models import Incident
from tests.builders.incidents import declared, incident
from tests.builders.models_registry import system, version
from tests.world import World

URL = "/api/v1/incidents/"


def test_a_program_declares_an_incident_and_follows_it_to_the_end(world: World) -> None:
    api = world.api(world.engineer)
    sent = {"what": "Refusals doubled", "severity": "sev2", "model_version": version(world).pk}
    response = api.post(URL, sent)
    assert response.status_code == 201
    body, tag = response.json(), response["ETag"]
    assert body["reference"].startswith("INC-")
    assert body["system"] == system(world).pk
    sent = {"containment_kind": "human", "text": "Officers decide."}
    held = api.post(f"{URL}{body['id']}/containments/", sent, HTTP_IF_MATCH=tag)
    assert held.status_code == 201
    tag = api.get(f"{URL}{body['id']}/")["ETag"]
    for step in ({"verb": "recover", "reason": "Reverted"},):
        response = api.post(f"{URL}{body['id']}/advance/", step, HTTP_IF_MATCH=tag)
        assert response.status_code == 200, response.json()
        tag = response["ETag"]
    assert response.json()["state"] == "recovering"
    entries = api.get(f"{URL}{body['id']}/timeline/").json()
    assert [entry["kind"] for entry in entries] == ["automatic"] * 3


def test_a_note_over_the_api_keeps_both_times(world: World) -> None:
    api, url = world.api(world.engineer), f"{URL}{incident(world).pk}/"
    sent = {"text": "First complaint", "happened_at": "2026-01-02T03:04:00Z"}
    tag = api.get(url)["ETag"]
    response = api.post(f"{url}notes/", sent, HTTP_IF_MATCH=tag)
    assert response.status_code == 201
    assert response.json()["happened_at"] == "2026-01-02T03:04:00Z"
    assert response.json()["recorded_at"] > response.json()["happened_at"]


def test_a_write_based_on_an_old_reading_is_refused(world: World) -> None:
    api, url = world.api(world.engineer), f"{URL}{incident(world).pk}/"
    tag = api.get(url)["ETag"]
    found = Incident.objects.get(pk=incident(world).pk)
    advance(by=world.owner, incident=found, verb="recover", reason="Repaired")
    sent = {"severity": "sev1", "reason": "Worse"}
    assert api.post(f"{url}severity/", sent).status_code == 428
    response = api.post(f"{url}severity/", sent, HTTP_IF_MATCH=tag)
    assert response.status_code == 412
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["approver", "auditor", "administrator"])
def test_readers_cannot_write_over_the_api(world: World, name: str) -> None:
    api, url = world.api(getattr(world, name)), f"{URL}{incident(world).pk}/"
    tag = api.get(url)["ETag"]
    for path, sent in (
        ("notes", {"text": "x"}),
        ("advance", {"verb": "recover", "reason": "x"}),
        ("severity", {"severity": "sev1", "reason": "x"}),
    ):
        assert api.post(f"{url}{path}/", sent, HTTP_IF_MATCH=tag).status_code == 403
    assert incident(world).entries.count() == 1


def test_a_token_without_the_scope_cannot_declare(world: World) -> None:
    api = world.api(world.engineer, ["record.view"])
    sent = {"what": "x", "severity": "sev2", "model_version": version(world).pk}
    assert api.post(URL, sent).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"model_version": 2**70},
        {"model_version": None},
        {"severity": "worst"},
        {"what": ""},
        {"occurred_at": "yesterday"},
    ],
)
def test_a_bad_declaration_is_a_problem_and_stores_nothing(
    world: World, change: dict[str, Any]
) -> None:
    sent = {"what": "x", "severity": "sev2", "model_version": version(world).pk, **change}
    response = world.api(world.engineer).post(URL, sent)
    assert response.status_code in {400, 422}
    assert response["Content-Type"] == "application/problem+json"
    assert not Incident.objects.exists()


def test_the_api_list_filters_as_the_page_does(world: World) -> None:
    declared(world, severity="sev1")
    declared(world, severity="sev4")
    found = world.api(world.auditor).get(URL, {"severity": "sev4"}).json()["results"]
    assert [row["severity"] for row in found] == ["sev4"]
    assert world.api(world.stranger).get(URL).json()["results"] == []


def test_an_incident_is_declared_from_the_command_line(world: World) -> None:
    out = StringIO()
    call_command(
        "declare_incident",
        "Refusals doubled",
        f"--as={world.engineer.email}",
        f"--model-version={version(world).pk}",
        "--severity=sev2",
        stdout=out,
    )
    assert out.getvalue().strip() == Incident.objects.get().reference


@pytest.mark.parametrize(
    ("name", "message"), [("stranger", "no model version"), ("auditor", "do not include")]
)
def test_the_command_line_knows_the_same_limits(world: World, name: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command(
            "declare_incident",
            "x",
            f"--as={getattr(world, name).email}",
            f"--model-version={version(world).pk}",
            "--severity=sev2",
        )
