"""Exports of cards, judged by the tools that read these formats."""

import json

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from huggingface_hub import ModelCard

from ledger.errors import Refused
from models_registry.cards import parse_card
from models_registry.exporting import CardRecord, export_card, targets_for
from tests.builders.card_files import as_bytes, every_format
from tests.shared_data import shared_data

REAL = [
    "openai-whisper.model-card.md", "dinov2.MODEL_CARD.md", "aira-2-1B1.md",
    "hf-sample_simple_model_index.md", "hf-sample_windows_line_breaks.md",
    "ibm-granite-geospatial-biomass.model-card.md", "taed2-clothing-reviews.modelcard.md",
    "cyclonedx-valid-machine-learning-1.6.json", "mlflow-pyfunc-2.8.1.MLmodel",
]  # fmt: skip
OWN = every_format()
SOURCES = [*OWN, *REAL]
MCT_KEYS = {
    "schema_version", "model_details", "model_parameters", "quantitative_analysis",
    "considerations",
}  # fmt: skip


def record(name):
    data = OWN[name] if name in OWN else shared_data(f"cards/{name}").read_bytes()
    return CardRecord(data, parse_card(data).format, name, "Some model", "1.0")


def exported(name, target):
    return export_card(record(name), target)


@pytest.mark.parametrize("name", SOURCES)
def test_the_own_format_gives_the_original_bytes(name):
    made = record(name)
    result = export_card(made, made.format)
    assert (result.data, result.losses, result.file_name) == (made.original, [], name)


@pytest.mark.parametrize("name", SOURCES)
def test_every_export_is_read_again_with_all_its_words(name):
    source = record(name)
    for target, _label in targets_for(source.format):
        result = export_card(source, target)
        assert result.data == export_card(record(name), target).data
        if target != "json":
            again = parse_card(result.data)
            assert again.format == target
            assert again.name == (source.card.name or "Some model") or target == source.format
            losses = {loss.field for loss in result.losses if loss.lost}
            assert set(source.card.fields) - set(again.fields) - losses <= {"name"}


@pytest.mark.parametrize("name", SOURCES)
def test_hugging_face_loads_the_exported_card(name):
    card = ModelCard(exported(name, "huggingface").data.decode("utf-8-sig"))
    assert card.data.to_dict() or name in REAL
    assert card.text.strip()


@pytest.mark.parametrize("spec", ["1.6", "1.7"])
@pytest.mark.parametrize("name", SOURCES)
def test_the_bill_of_materials_is_valid_and_keeps_the_model_card(name, spec):
    data = exported(name, f"cyclonedx-{spec}").data
    version = {"1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}[spec]
    assert JsonStrictValidator(version).validate_str(data.decode()) is None
    components = json.loads(data)["components"]
    assert any(component.get("modelCard") for component in components)


@pytest.mark.parametrize("name", SOURCES)
def test_a_model_card_toolkit_file_has_the_shape_of_its_schema(name):
    data = json.loads(exported(name, "mct").data)
    assert set(data) <= MCT_KEYS
    assert data["model_details"]["name"]
    for licence in data["model_details"].get("licenses", []):
        assert len(licence) == 1
    for metric in data.get("quantitative_analysis", {}).get("performance_metrics", []):
        assert isinstance(metric["value"], int | float)


def test_what_the_target_has_no_place_for_is_named():
    plain = exported("markdown", "cyclonedx-1.6")
    assert [loss.field for loss in plain.losses] == ["extra"]
    assert b"Call the desk." in plain.data
    made = exported("huggingface", "cyclonedx-1.6")
    fields = {loss.field for loss in made.losses}
    assert {"out_of_scope", "figures", "extra"} <= fields
    assert all(str(loss.label) and str(loss.why) and not loss.lost for loss in made.losses)


def test_the_upgrade_of_a_bill_of_materials_changes_only_its_version():
    before = OWN["cyclonedx-1.6"].decode()
    after = exported("cyclonedx-1.6", "cyclonedx-1.7").data.decode()
    assert after == before.replace('"1.6"', '"1.7"').replace("bom-1.6", "bom-1.7")


def test_a_markdown_card_becomes_a_hugging_face_card_with_its_text_untouched():
    assert (
        exported("markdown", "huggingface").data
        == b"---\nmodel_name: Harbour\n---\n\n" + OWN["markdown"]
    )


def test_an_mlmodel_file_carries_the_card_and_says_that_it_loads_no_model():
    result = exported("mct", "mlmodel")
    data = yaml.safe_load(result.data)  # as MLflow reads it: YAML 1.1
    assert (data["flavors"], data["metadata"]["name"]) == ({}, "Lantern credit scoring")
    assert data["metadata"]["version"] == "2.3"
    assert json.loads(data["metadata"]["assay_figures"])[0]["text"] == "0.87"
    assert [loss.field for loss in result.losses if loss.lost] == ["loading"]
    assert all(str(loss.label) for loss in result.losses)


def test_json_holds_the_whole_record():
    source = record("mct")
    data = json.loads(export_card(source, "json").data)
    assert data["fields"] == source.card.fields
    assert data["extra"] == source.card.extra


@pytest.mark.parametrize("target", ["html", ""])
def test_formats_that_are_not_written_are_refused(target):
    with pytest.raises(Refused, match="Choose"):
        exported("markdown", target)


def test_a_heading_inside_a_text_does_not_break_the_section():
    data = as_bytes({"model_details": {"name": "N", "overview": "# Big\n\ntext\n---\nmore"}})
    made = CardRecord(data, "mct", "n.json", "N", "1")
    again = parse_card(export_card(made, "markdown").data)
    assert [s["title"] for s in again.sections] == ["N", "Summary"]
