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
