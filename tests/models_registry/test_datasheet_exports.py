"""Datasheets leave as Croissant: untouched bytes, edits inside the file, or a new file."""

import json

import mlcroissant
import pytest

from models_registry.actions.datasheets import write_datasheet
from models_registry.cards.croissant import OWN, THEMES, parse_croissant, themes_of
from models_registry.exporting.croissant import export_croissant
from models_registry.queries.datasheets import datasheet_export
from tests.builders.card_files import CROISSANT, as_bytes, datasheet
from tests.builders.models_registry import dataset
from tests.shared_data import shared_data

SOURCE = as_bytes(CROISSANT)
STORED = themes_of(parse_croissant(SOURCE))
RDF = "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"


def exported(source=SOURCE, **themes):
    stored = themes_of(parse_croissant(source))
    return export_croissant(source, {**stored, **themes}, "c.json")


def test_an_unedited_datasheet_is_its_own_bytes():
    made = exported()
    assert (made.data, made.losses) == (SOURCE, [])


def test_an_edit_changes_its_property_and_no_other_byte():
    made = exported(uses="**Biases:** Few applicants above 80.")
    assert made.data == SOURCE.replace(b"under 25", b"above 80")
    assert made.losses == []


def test_new_words_go_to_the_property_of_their_label():
    made = exported(
        motivation="Why it was made.\n\nIn two paragraphs.\n\n**Made by:** Lantern",
        collection="By the branches.\n\n**Time frame:** 2024",
        maintenance="**Still growing:** no\n\n**Version:** 1.0",
    )
    data = json.loads(made.data)
    assert data["description"] == "Why it was made.\n\nIn two paragraphs."
    assert data["creator"] == {"@type": "sc:Organization", "name": "Lantern"}
    assert data["rai:dataCollection"] == "By the branches."
    assert data["isLiveDataset"] is False
    assert made.losses == []
    untouched = {key: data[key] for key in CROISSANT if key != "description"}
    assert untouched == {key: CROISSANT[key] for key in untouched}


def test_words_that_were_taken_away_leave_the_file():
    data = json.loads(exported(uses="", motivation="").data)
    assert "rai:dataBiases" not in data
    assert "description" not in data
    assert data["license"] == "CC-BY-4.0"


def test_words_without_a_property_are_kept_and_told():
    made = exported(uses="Not for pricing.", composition="Sixty rows.")
    assert json.loads(made.data)[OWN + "uses"] == "Not for pricing."
    assert [(loss.field, loss.lost) for loss in made.losses] == [
        ("composition", False),
        ("uses", False),
    ]
    assert made.losses[0].label == THEMES["composition"]
    again = themes_of(parse_croissant(made.data))
    assert (again["uses"], again["composition"]) == ("Not for pricing.", "Sixty rows.")


def test_what_the_file_says_of_its_files_and_people_stays_beside_the_new_words():
    people = {**CROISSANT, "creator": [{"@type": "sc:Person", "name": "Ada", "email": "a@b.c"}]}
    source = as_bytes(people)
    made = exported(source, motivation="**Made by:** Milo", distribution="Ask at the desk.")
    data = json.loads(made.data)
    assert (data["creator"], data["distribution"]) == (people["creator"], people["distribution"])
    assert data[OWN + "motivation"] == "**Made by:** Milo"
    assert data[OWN + "distribution"] == "Ask at the desk."
    assert {loss.field for loss in made.losses} == {"motivation", "distribution"}


@pytest.mark.filterwarnings(RDF)
def test_the_real_file_is_valid_after_an_edit(tmp_path):
    source = shared_data("cards/croissant-titanic-1.0.json").read_bytes()
    stored = themes_of(parse_croissant(source))
    motivation = f"{stored['motivation']}\n\n**Made by:** Lantern"
    made = exported(source, motivation=motivation, preprocessing="Ages were filled in.", uses="No.")
    path = tmp_path / "t.json"
    path.write_bytes(made.data)
    found = mlcroissant.Dataset(jsonld=str(path)).metadata
    assert (found.name, found.creators[0].name) == ("Titanic", "Lantern")
    assert found.data_preprocessing_protocol == ["Ages were filled in."]
    kept = [line for line in source.splitlines() if line.strip() != b"]"]
    assert set(kept) <= set(made.data.splitlines())


@pytest.mark.filterwarnings(RDF)
def test_a_table_that_came_without_a_file_gets_a_valid_one(world, tmp_path):
    table, seen = dataset(world), dict.fromkeys(THEMES, "")
    themes = {"motivation": "To watch drift.", "distribution": "**Licence:** CC-BY-4.0"}
    write_datasheet(by=world.engineer, dataset=table, base=seen, themes=themes)
    made = datasheet_export(table.datasheets.first())
    assert made.losses == []
    path = tmp_path / "t.json"
    path.write_bytes(made.data)
    found = mlcroissant.Dataset(jsonld=str(path)).metadata
    assert (found.name, found.description) == ("Loans", "To watch drift.")
    assert found.distribution[0].sha256 == table.fingerprint
    assert [field.name for field in found.record_sets[0].fields][:2] == ["y_true", "y_score"]


def test_an_edited_datasheet_is_the_imported_file_with_the_edit_inside(world):
    sheet = datasheet(world)
    base = dict(sheet.themes)
    write_datasheet(
        by=world.engineer, dataset=sheet.dataset, base=base,
        themes={"uses": "**Biases:** Few applicants above 80."},
    )  # fmt: skip
    newest = sheet.dataset.datasheets.first()
    assert newest.number == 2
    assert datasheet_export(newest).data == SOURCE.replace(b"under 25", b"above 80")
    assert datasheet_export(sheet).data == SOURCE
