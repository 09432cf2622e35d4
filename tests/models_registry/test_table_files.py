"""A table on its whole way: taken, edited, brought back, looked at, applied or discarded."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ledger.errors import Refused
from ledger.models import Event
from models_registry.actions import edit_system, register_system
from models_registry.actions.kinds import MODELS, SYSTEMS
from models_registry.actions.table_files import apply_table, discard_table, upload_table
from models_registry.models import AISystem, Model
from models_registry.models.imports import RegistryImport
from models_registry.reading.process import ask
from models_registry.spreadsheet import asking
from tests.builders.models_registry import new_system, version
from tests.builders.table_files import edited, taken
from vault.queries import read_bytes


def url(name, **kwargs):
    return reverse(f"models_registry:{name}", kwargs=kwargs)


def brought(world, raw, *, by=None, unit=None, kind=SYSTEMS, name="systems.csv"):
    return upload_table(
        by=by or world.engineer, unit=unit or world.lending, kind=kind,
        stream=io.BytesIO(raw), file_name=name,
    )  # fmt: skip


def with_change(world):
    made = new_system(world, "Plain")
    cells = {(2, "purpose"): "Other.", (3, "name"): "Added", (3, "purpose"): "New.",
             (3, "decision_role"): "none"}  # fmt: skip
    return made, edited(taken(world), cells)


def test_uploading_keeps_the_file_and_changes_no_record(world):
    made, raw = with_change(world)
    before = Event.objects.count()
    table = brought(world, raw)
    assert read_bytes(table.original.digest) == raw
    assert table.plan["counts"] == {"change": 1, "add": 1, "same": 0, "refused": 0, "conflict": 0}
    assert made.reloaded().purpose != "Other."
    new = list(Event.objects.values_list("action", flat=True).order_by("pk"))[before:]
    assert new == ["models_registry.import.planned"]


def test_applying_writes_every_ready_row_by_its_own_action_and_only_once(world):
    made, raw = with_change(world)
    table = apply_table(by=world.officer, table=brought(world, raw))
    assert made.reloaded().purpose == "Other."
    added = AISystem.objects.get(name="Added")
    assert table.report["lines"][1]["id"] == added.pk
    assert (table.state, table.applied_by) == ("applied", world.officer)
    assert Event.objects.filter(action="models_registry.system.registered", subject=added.key)
    for step in (apply_table, discard_table):
        with pytest.raises(Refused, match="already"):
            step(by=world.engineer, table=table)


def test_a_record_that_changes_after_the_preview_stops_the_whole_table_and_names_the_row(world):
    made, raw = with_change(world)
    table = brought(world, raw)
    edit_system(by=world.owner, system=made, base={"purpose": made.purpose},
                values={"purpose": "Theirs."})  # fmt: skip
    with pytest.raises(Refused, match="different ones: 2"):
        apply_table(by=world.engineer, table=table)
    assert made.reloaded().purpose == "Theirs."
    assert not AISystem.objects.filter(name="Added").exists()
    assert table.reloaded().state == "planned"


def test_a_name_that_is_taken_after_the_preview_stops_the_whole_table(world):
    made, raw = with_change(world)
    table = brought(world, raw)
    register_system(by=world.owner, unit=world.lending, name="added", purpose="x",
                    decision_role="none")  # fmt: skip
    with pytest.raises(Refused, match="different ones: 3"):
        apply_table(by=world.engineer, table=table)
    assert made.reloaded().purpose != "Other."


def test_more_changes_than_one_request_can_write_are_refused(world, monkeypatch):
    made, raw = with_change(world)
    table = brought(world, raw)
    monkeypatch.setattr("models_registry.actions.table_files.MOST_CHANGED", 1)
    with pytest.raises(Refused, match="Split the table"):
        apply_table(by=world.engineer, table=table)
    assert made.reloaded().version == 1


def test_a_discarded_table_changes_nothing_and_an_unedited_one_has_nothing_to_apply(world):
    made, raw = with_change(world)
    assert discard_table(by=world.engineer, table=brought(world, raw)).state == "discarded"
    with pytest.raises(Refused, match="nothing to change"):
        apply_table(by=world.engineer, table=brought(world, taken(world)))
    assert made.reloaded().version == 1


def test_only_who_may_edit_in_the_unit_brings_tables_and_applies_them(world):
    _made, raw = with_change(world)
    table = brought(world, raw)
    for who in (world.auditor, world.stranger):
        with pytest.raises(PermissionDenied):
            brought(world, raw, by=who)
        with pytest.raises(PermissionDenied):
            apply_table(by=who, table=table)


def test_a_file_that_is_no_table_is_refused_with_its_reason_and_no_plan_is_made(world):
    for raw, words in ((b"\xff\xfea", "not UTF-8"), (b"", "empty"), (b"x" * 6_000_000, "MB")):
        with pytest.raises(Refused, match=words):
            brought(world, raw)
    assert not RegistryImport.objects.exists()


def test_models_come_back_as_a_workbook(world, monkeypatch):
    monkeypatch.setattr(asking, "ask", ask)  # in processes of their own, as in the product
    model = version(world).model
    raw = edited(taken(world, kind=MODELS), {(2, "vendor"): "Meadow"})
    apply_table(by=world.engineer, table=brought(world, raw, kind=MODELS))
    assert Model.objects.get(pk=model.pk).vendor == "Meadow"
    table = brought(world, taken(world, kind=MODELS, suffix="xlsx"), kind=MODELS, name="m.xlsx")
    assert table.plan["counts"]["same"] == 1


def test_the_whole_way_works_by_pages_without_javascript(world):
    made = new_system(world, "Plain")
    new_system(world, "Left out")
    client = world.client(world.engineer)
    page = client.get(url("system-list") + "?q=plain").content.decode()
    assert "table/?q=plain" in page
    file = client.get(url("table-file", kind="system", suffix="csv"), {"q": "plain"})
    raw = edited(file.content, {(2, "purpose"): "<b>Other</b>"})
    data = {"unit": world.lending.pk, "file": SimpleUploadedFile("s.csv", raw)}
    sent = client.post(url("system-table"), data)
    assert sent.status_code == 303
    plan = client.get(sent["Location"]).content.decode()
    assert "&lt;b&gt;Other&lt;/b&gt;" in plan
    assert "One record of the unit is not in the file" in plan
    step = url("table-step", pk=RegistryImport.objects.get().pk, verb="apply")
    assert client.post(step).status_code == 303
    assert made.reloaded().purpose == "<b>Other</b>"
    assert client.post(step).status_code == 409
    assert client.get(sent["Location"]).status_code == 200


def test_a_refused_file_is_said_at_its_field(world):
    data = {"unit": world.lending.pk, "file": SimpleUploadedFile("s.csv", b"id,id\n1,2\n")}
    sent = world.client(world.engineer).post(url("system-table"), data)
    assert sent.status_code == 422
    assert "Two columns are called" in sent.content.decode()


def test_a_stranger_sees_neither_the_plan_nor_the_records(world):
    _made, raw = with_change(world)
    table = brought(world, raw)
    client = world.client(world.stranger)
    assert client.get(url("table-plan", pk=table.pk)).status_code == 404
    assert client.post(url("table-step", pk=table.pk, verb="apply")).status_code == 404
    file = client.get(url("table-file", kind="system", suffix="csv")).content.decode()
    assert "Plain" not in file


def test_the_api_uploads_shows_and_applies_a_table(world):
    made, raw = with_change(world)
    api = world.api(world.engineer)

    def upload(unit):
        data = {"kind": "system", "unit": unit.pk, "file": SimpleUploadedFile("s.csv", raw)}
        return api.post("/api/v1/registry-tables/", data, format="multipart")

    assert upload(world.elsewhere).status_code == 400
    sent = upload(world.lending)
    assert sent.status_code == 201, sent.content
    assert sent.json()["plan"]["counts"]["change"] == 1
    apply = f"/api/v1/registry-tables/{sent.json()['id']}/apply/"
    assert api.post(apply).status_code == 428
    done = api.post(apply, headers={"If-Match": sent["ETag"]})
    assert (done.status_code, done.json()["state"]) == (200, "applied")
    assert made.reloaded().purpose == "Other."
    again = upload(world.lending)
    discard = f"/api/v1/registry-tables/{again.json()['id']}/discard/"
    assert api.post(discard, headers={"If-Match": again["ETag"]}).json()["state"] == "discarded"
