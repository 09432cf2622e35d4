"""The registry over the API and from the shell."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from models_registry.actions import edit_system
from models_registry.models import AISystem, DatasetVersion, ModelVersion
from tests.builders.models_registry import (
    CARDS,
    LANTERN,
    TABLE,
    card_bytes,
    dataset,
    new_system,
    submitted_version,
    system,
    version,
)

SYSTEMS, VERSIONS, DATASETS = "/api/v1/systems/", "/api/v1/versions/", "/api/v1/datasets/"


def card_file(data=None):
    return SimpleUploadedFile(LANTERN, card_bytes() if data is None else data, "text/markdown")


def new(world, **values):
    return {
        "unit": world.lending.pk, "name": "Credit limits", "purpose": "Sets limits.",
        "decision_role": "recommends", **values,
    }  # fmt: skip


def test_the_thin_path_runs_through_the_api(world):
    api = world.api(world.engineer)
    made = api.post(SYSTEMS, new(world))
    assert made.status_code == 201, made.content
    assert made["ETag"] == f'"{made.data["id"]}-1"'
    sent = api.post(
        VERSIONS,
        {"unit": world.lending.pk, "system": made.data["id"], "card": card_file()},
        format="multipart",
    )
    assert sent.status_code == 201, sent.content
    assert (sent.data["model_name"], sent.data["number"]) == ("Lantern credit scoring", "2.3")
    step = api.post(
        f"{VERSIONS}{sent.data['id']}/step/", {"verb": "submit"}, headers={"If-Match": sent["ETag"]}
    )
    assert step.status_code == 200
    assert (step.data["state"], len(step.data["content_digest"])) == ("submitted", 64)
    listed = api.get(f"{VERSIONS}?system={made.data['id']}")
    assert [row["id"] for row in listed.data["results"]] == [sent.data["id"]]


def test_a_write_needs_the_version_it_is_based_on(world):
    api, made = world.api(world.engineer), system(world)
    to = f"{SYSTEMS}{made.pk}/"
    assert api.patch(to, {"purpose": "New."}).status_code == 428
    tag = api.get(to)["ETag"]
    edit_system(by=world.owner, system=made, base={"name": made.name}, values={"name": "Theirs"})
    assert api.patch(to, {"purpose": "New."}, headers={"If-Match": tag}).status_code == 412
    fresh = api.patch(to, {"purpose": "New."}, headers={"If-Match": api.get(to)["ETag"]})
    assert fresh.status_code == 200
    assert (fresh.data["name"], fresh.data["purpose"]) == ("Theirs", "New.")


@pytest.mark.parametrize("what", ["step", "card", ""])
def test_every_write_to_a_version_needs_if_match(world, what):
    api, made = world.api(world.engineer), version(world)
    to = f"{VERSIONS}{made.pk}/{what}/".replace("//", "/")
    sent = (api.post if what else api.patch)(to)
    assert sent.status_code == 428
    assert sent["Content-Type"] == "application/problem+json"


def test_the_state_cannot_be_patched(world):
    api, made = world.api(world.engineer), system(world)
    tag = {"If-Match": f'"{made.pk}-{made.version}"'}
    api.patch(f"{SYSTEMS}{made.pk}/", {"state": "retired"}, headers=tag)
    assert AISystem.objects.get(pk=made.pk).state == "proposed"


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"name": "Consumer loan decisions"}, 422, "name already"),
        ({"tier": 1}, 422, "why the system belongs"),
        ({"decision_role": "?"}, 400, "decision_role"),
        ({"unit": 10**30}, 400, "unit"),
        ({"owner": 0}, 400, "owner"),
    ],
)
def test_refusals_are_problem_details(world, values, status, words):
    system(world)
    sent = world.api(world.engineer).post(SYSTEMS, new(world, **values))
    assert sent.status_code == status
    assert sent["Content-Type"] == "application/problem+json"
    assert words in json.dumps(sent.json())


def test_an_unknown_unit_and_a_stranger_s_system_are_the_same_to_the_caller(world):
    hidden = new_system(world, "Hidden", by=world.stranger, unit=world.elsewhere)
    api = world.api(world.engineer)
    assert api.post(SYSTEMS, new(world, unit=world.elsewhere.pk)).status_code == 400
    assert api.get(f"{SYSTEMS}{hidden.pk}/").status_code == 404
    sent = api.post(
        VERSIONS,
        {"unit": world.lending.pk, "system": hidden.pk, "card": card_file()},
        format="multipart",
    )
    assert sent.status_code == 400
    assert ModelVersion.objects.count() == 0


def test_a_token_without_the_scope_cannot_write(world):
    api = world.api(world.engineer, scopes=["record.view"])
    assert api.post(SYSTEMS, new(world)).status_code in (400, 403)
    assert AISystem.objects.count() == 0


@pytest.mark.parametrize("who", ["auditor", "approver", "officer"])
def test_who_may_not_upload_gets_403(world, who):
    data = {"unit": world.lending.pk, "name": "L", "label": "1", "role": "test"}
    file = SimpleUploadedFile("l.csv", TABLE)
    sent = world.api(getattr(world, who)).post(DATASETS, {**data, "file": file}, format="multipart")
    assert sent.status_code == 403
    assert DatasetVersion.objects.count() == 0


def test_a_table_is_uploaded_and_its_columns_are_listed(world):
    api = world.api(world.engineer)
    data = {"unit": world.lending.pk, "name": "Loans", "label": "1", "role": "test"}
    file = SimpleUploadedFile("loans.csv", TABLE, "text/csv")
    sent = api.post(DATASETS, {**data, "file": file}, format="multipart")
    assert sent.status_code == 201, sent.content
    assert (sent.data["rows"], sent.data["size"]) == (60, len(TABLE))
    columns = api.get(f"{DATASETS}{sent.data['id']}/columns/")
    assert [c["name"] for c in columns.json()] == ["y_true", "y_score", "age_band"]


def test_a_bad_card_over_the_api_is_refused_with_its_line(world):
    sent = world.api(world.engineer).post(
        VERSIONS,
        {"unit": world.lending.pk, "number": "1", "card": card_file(b"---\na: [1\n---\n")},
        format="multipart",
    )
    assert sent.status_code == 422
    assert (sent.json()["field"], "line" in sent.json()["detail"]) == ("card", True)


def test_a_card_is_imported_and_read_back_over_the_api(world):
    api, made = world.api(world.engineer), version(world)
    tag = {"If-Match": api.get(f"{VERSIONS}{made.pk}/")["ETag"]}
    data = b"# Other\n\nWords."
    to = f"{VERSIONS}{made.pk}/card/"
    sent = api.post(to, {"card": card_file(data)}, format="multipart", headers=tag)
    assert sent.status_code == 201
    one = f"/api/v1/cards/{sent.data['id']}/"
    assert api.get(f"{one}original/").content == data
    assert api.get(f"{one}content/").json()["original"]["sha256"] == sent.data["digest"]


def test_a_frozen_version_is_a_conflict(world):
    made = submitted_version(world)
    api = world.api(world.engineer)
    tag = {"If-Match": api.get(f"{VERSIONS}{made.pk}/")["ETag"]}
    sent = api.patch(f"{VERSIONS}{made.pk}/", {"notes": "x"}, headers=tag)
    assert (sent.status_code, sent.json()["type"]) == (409, "urn:assay:problem:frozen")


def test_api_lists_ask_a_bounded_number_of_queries(world, django_assert_max_num_queries):
    submitted_version(world)
    dataset(world)
    for number in range(20):
        new_system(world, f"System {number}")
    api = world.api(world.engineer)
    for name in ("systems", "models", "versions", "cards", "datasets"):
        api.get(f"/api/v1/{name}/")
        with django_assert_max_num_queries(8):
            assert api.get(f"/api/v1/{name}/").status_code == 200


def test_a_system_and_a_card_are_registered_from_the_shell(world):
    said = io.StringIO()
    call_command(
        "register_system", "Shell use", "--as", world.engineer.email, "--unit", world.lending.name,
        "--purpose", "For the shell.", "--decision-role", "informs", stdout=said,
    )  # fmt: skip
    made = AISystem.objects.get(name="Shell use")
    call_command(
        "import_card", str(CARDS / LANTERN), "--as", world.engineer.email, "--system",
        str(made.pk), stdout=said,
    )  # fmt: skip
    assert made.reference in said.getvalue()
    assert "card 100 % complete" in said.getvalue()


def test_the_shell_says_what_is_wrong(world, tmp_path):
    bad = tmp_path / "card.md"
    bad.write_bytes(b"\xff")
    made = system(world)
    with pytest.raises(CommandError, match="is not UTF-8"):
        call_command(
            "import_card", str(bad), "--as", world.engineer.email, "--system", str(made.pk),
            "--number", "1",
        )  # fmt: skip
    with pytest.raises(CommandError, match="no such system"):
        call_command("import_card", str(bad), "--as", world.stranger.email, "--system", "1")
    with pytest.raises(CommandError, match="unit"):
        call_command(
            "register_system", "X", "--as", world.auditor.email, "--unit", world.lending.name,
            "--purpose", "P", "--decision-role", "informs",
        )  # fmt: skip
