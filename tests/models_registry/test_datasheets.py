"""What is known about a table: read from Croissant, written by hand, given back."""

import mlcroissant
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from ledger.errors import Refused
from models_registry.actions.datasheets import import_datasheet, write_datasheet
from models_registry.cards.croissant import THEMES, parse_croissant, themes_of
from tests.builders.card_files import CROISSANT, as_bytes, datasheet
from tests.builders.models_registry import dataset
from tests.shared_data import shared_data


def test_a_croissant_file_fills_the_themes_and_keeps_the_rest():
    card = parse_croissant(as_bytes(CROISSANT))
    themes = themes_of(card)
    assert themes["motivation"] == "Loans granted from July to December."
    assert themes["uses"] == "**Biases:** Few applicants under 25."
    assert "SHA-256 `abab" in themes["distribution"]
    assert card.extra["/conformsTo"] == "http://mlcommons.org/croissant/1.0"


@pytest.mark.parametrize("data", [b"{}", b"# Text", b'{"@context": {}}', b'{"@type": []}', b"["])
def test_what_is_no_croissant_file_is_refused(data):
    with pytest.raises(Refused, match=r"[Ll]ine 1"):
        parse_croissant(data)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_the_real_file_comes_back_byte_for_byte_and_is_valid(world, tmp_path):
    data = shared_data("cards/croissant-titanic-1.0.json").read_bytes()
    table = dataset(world)
    sheet = import_datasheet(by=world.engineer, dataset=table, data=data, file_name="t.json")
    got = world.client(world.auditor).get(f"/systems/datasheets/{sheet.pk}/file/").content
    assert got == data
    path = tmp_path / "t.json"
    path.write_bytes(got)
    assert mlcroissant.Dataset(jsonld=str(path)).metadata.name == "Titanic"


def test_an_edit_keeps_what_somebody_else_wrote_meanwhile(world):
    table, seen = dataset(world), dict.fromkeys(THEMES, "")
    for theme in ("uses", "motivation"):
        merge = write_datasheet(
            by=world.engineer, dataset=table, base=seen, themes={**seen, theme: "New."}
        )
        assert not merge.clashes
    assert [s.number for s in table.datasheets.all()] == [2, 1]
    assert table.datasheets.first().themes["uses"] == "New."
    clash = write_datasheet(
        by=world.engineer, dataset=table, base=seen, themes={**seen, "uses": "Other."}
    )
    assert [c.name for c in clash.clashes] == ["uses"]
    assert table.datasheets.count() == 2


def test_an_auditor_cannot_describe_a_table(world):
    with pytest.raises(PermissionDenied):
        write_datasheet(by=world.auditor, dataset=dataset(world), base={}, themes={})


def test_the_pages_import_show_and_edit(world):
    table, client = dataset(world), world.client(world.engineer)
    address = f"/systems/datasets/{table.pk}/datasheet/"
    file = SimpleUploadedFile("c.json", as_bytes(CROISSANT))
    assert client.post(f"{address}import/", {"file": file}).status_code == 303
    assert "Few applicants under 25." in client.get(table.get_absolute_url()).text
    bad = SimpleUploadedFile("c.json", b"{}")
    assert client.post(f"{address}import/", {"file": bad}).status_code == 422
    seen = {f"initial-{key}": text for key, text in datasheet(world).themes.items()}
    sent = {key.removeprefix("initial-"): text for key, text in seen.items()}
    assert client.post(address, {**seen, **sent, "maintenance": "Yearly."}).status_code == 303
    assert table.datasheets.first().themes["maintenance"] == "Yearly."
    clash = client.post(address, {**seen, **sent, "maintenance": "Monthly."})
    assert clash.status_code == 409
    assert "Yearly." in clash.text
    assert "Monthly." in clash.text
    assert table.datasheets.first().themes["maintenance"] == "Yearly."


def test_the_api_imports_edits_and_exports_a_datasheet(world):
    table, api = dataset(world), world.api(world.engineer)
    file = SimpleUploadedFile("c.json", as_bytes(CROISSANT))
    sent = {"dataset": table.pk, "file": file}
    made = api.post("/api/v1/datasheets/import/", sent, format="multipart")
    assert made.status_code == 201, made.content
    path, tag = f"/api/v1/datasheets/{made.data['id']}/", {"If-Match": made["ETag"]}
    assert api.get(f"{path}original/").content == as_bytes(CROISSANT)
    change = {"themes": {"uses": "**Biases:** Few applicants above 80."}}
    assert api.patch(path, change).status_code == 428
    edited = api.patch(path, change, headers=tag)
    assert (edited.status_code, edited.data["number"]) == (201, 2)
    assert edited.data["themes"]["motivation"] == made.data["themes"]["motivation"]
    again = api.patch(path, {"themes": {"uses": "Other."}}, headers=tag)
    assert (again.status_code, again.json()["clashes"][0]["theme"]) == (409, "uses")
    assert api.patch(path, change, headers=tag).status_code == 200
    newest = f"/api/v1/datasheets/{edited.data['id']}/"
    exported = api.get(f"{newest}export/")
    assert exported.content == as_bytes(CROISSANT).replace(b"under 25", b"above 80")
    assert api.get(f"{newest}export/?report=1").json() == []
    listed = api.get(f"/api/v1/datasheets/?dataset={table.pk}").data["results"]
    assert [row["number"] for row in listed] == [2, 1]


def test_a_first_datasheet_is_written_over_the_api_and_refusals_are_problems(world):
    api, start = world.api(world.engineer), "/api/v1/datasheets/"
    themes = {"motivation": "To watch drift."}
    for sent, status in (
        ({"dataset": dataset(world).pk, "themes": {}}, 422),
        ({"dataset": dataset(world).pk, "themes": themes}, 201),
        ({"dataset": dataset(world).pk, "themes": {"motivation": "Another."}}, 409),
        ({"dataset": 0, "themes": themes}, 400),
    ):
        got = api.post(start, sent)
        assert got.status_code == status, got.content
    foreign = world.api(world.stranger).post(start, {"dataset": dataset(world).pk, "themes": {}})
    assert foreign.status_code == 400
    auditor = world.api(world.auditor)
    assert auditor.post(start, {"dataset": dataset(world).pk, "themes": themes}).status_code == 403


def test_the_export_page_tells_what_croissant_cannot_hold(world):
    sheet, client = datasheet(world), world.client(world.auditor)
    page = client.get(f"/systems/datasheets/{sheet.pk}/export/").text
    assert "byte for byte" in page
    seen, words = dict(sheet.themes), {**sheet.themes, "composition": "Sixty rows."}
    write_datasheet(by=world.engineer, dataset=sheet.dataset, base=seen, themes=words)
    newest = sheet.dataset.datasheets.first()
    page = client.get(f"/systems/datasheets/{newest.pk}/export/").text
    assert "kept under a key of their own" in page
    assert b"Sixty rows." in client.get(f"/systems/datasheets/{newest.pk}/croissant/").content
