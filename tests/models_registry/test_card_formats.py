"""Cards as data files: what is mapped, what is kept, what is refused."""

import copy
import json

import pytest

from ledger.errors import Refused
from models_registry.actions import register_version_from_card
from models_registry.cards import parse_card
from models_registry.cards.json_tree import load_json
from models_registry.cards.report import problem_text
from tests.builders.card_files import CYCLONEDX, MCT, MLMODEL, as_bytes, every_format
from tests.shared_data import shared_data
from vault.queries import read_bytes


def texts(card, key):
    return [found["text"] for found in card.fields.get(key, [])]


def refusal(data):
    with pytest.raises(Refused) as caught:
        parse_card(data)
    return caught.value


@pytest.mark.parametrize("name", every_format())
def test_the_content_tells_the_format(name):
    assert parse_card(every_format()[name]).format == name


def test_a_model_card_toolkit_file_fills_the_merged_fields_and_keeps_the_rest():
    card = parse_card(as_bytes(MCT))
    assert (card.name, card.version) == ("Lantern credit scoring", "2.3")
    assert texts(card, "risks") == ["Refusals by age"]
    assert texts(card, "oversight") == ["A person looks at each refusal."]
    assert card.figures[0]["text"] == "0.87"
    assert card.figures[0]["slice"] == "under 25"
    assert card.extra == {
        "/schema_version": "0.0.2",
        "/model_details/version/date": "2026-10-01",
        "/model_parameters/data/0/sensitive": {"sensitive_data": ["age"]},
        "/quantitative_analysis/performance_metrics/0/threshold": "0.5",
    }
    mapped = next(part for part in card.report.mapped if part["field"] == "limitations")
    assert mapped["label"] == "/considerations/limitations/0/description"


def test_the_model_with_a_card_is_chosen_and_the_other_one_is_named():
    card = parse_card(as_bytes(CYCLONEDX))
    assert card.name == "Lantern credit scoring"
    problem = card.report.problems[0]
    assert problem["values"] == {"name": "Embedder", "pointer": "/components/1"}
    assert "Embedder" in problem_text(problem)
    assert card.extra["/components/1"] == {"type": "machine-learning-model", "name": "Embedder"}
    assert card.figures[0]["low"] == "0.85"
    assert card.figures[0]["text"] == "0.870"


def test_a_model_inside_another_component_is_found():
    nested = copy.deepcopy(CYCLONEDX)
    nested["components"] = [
        {"type": "application", "name": "A", "components": nested["components"]}
    ]
    assert parse_card(as_bytes(nested)).name == "Lantern credit scoring"


def test_an_mlmodel_file_gives_its_signature_and_its_libraries():
    card = parse_card(MLMODEL)
    assert texts(card, "inputs_outputs") == [
        "**inputs**: age (long), pay (double, optional)",
        "**outputs**: – (float64 [-1])",
    ]
    assert "sklearn 1.8.0" in texts(card, "library")
    assert card.extra["/run_id"] == "7d1e"
    assert card.extra["/utc_time_created"] == "2026-10-01 08:00:00"


def test_numbers_of_json_keep_their_digits():
    tree = load_json('{"a": 1.10, "b": 12345678901234567890, "c": 12, "d": -0, "e": 1e400}')
    assert tree.data == {"a": "1.10", "b": "12345678901234567890", "c": 12, "d": "-0", "e": "1e400"}


def test_a_key_that_stands_twice_is_reported_with_its_line_and_kept():
    data = as_bytes(MCT).replace(b'"overview"', b'"name": "Other",\n    "overview"')
    card = parse_card(data)
    assert card.name == "Lantern credit scoring"
    assert card.extra["duplicate_keys"] == [{"key": "name", "line": 5, "value": "Other"}]
    assert card.report.problems[0]["line"] == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"model_details": {\n"name": }}', "line 2"),
        ('{"a": 1,\n}', "line 2"),
        ('{"a": "x\ty"}', "not closed or holds a wrong escape"),
        ('{"a":\n"\\ud800"}', "line 2: it holds a character that is no text"),
        ('{"a": "\\u0000"}', "no text"),
        ('{"a": 1} x', "after its end"),
        ('{"a": 01}', "missing before it"),
        ('{"a": NaN}', "does not belong"),
        ('{"a" "b"}', "missing before it"),
        ('{"a": [1 2]}', "missing before it"),
        ('{"a": [1,]}', "does not belong"),
        ('{"a": 1', "ends before it is complete"),
        ('{"a": ' + "[" * 60 + "]" * 60 + "}", "nested deeper than 40"),
        ('{"a": [' + "1," * 100_001 + "1]}", "more than 100000 values"),
        ('{"a": 1}', "no model card"),
        ('[{"a": 1}]', "no model card"),
        ('{"@context": {}}', "describes a dataset"),
        ('{"bomFormat": "CycloneDX",\n"specVersion": "1.4"}', "Line 2: this is CycloneDX 1.4"),
        ('{"bomFormat": "CycloneDX", "specVersion": {}}', "1.6 and 1.7 are read"),
        ('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": 3}', "no component"),
    ],
)
def test_broken_or_foreign_json_is_refused_with_line_and_reason(text, words):
    refused = refusal(text.encode())
    assert words in refused.message
    assert refused.field == "card"


def test_a_link_or_a_template_at_the_start_is_still_markdown():
    assert parse_card(b"[A](https://x.example)\n\n# N\n").format == "markdown"
    assert parse_card(b"{{ card }}\n\n# N\n").format == "markdown"
    assert parse_card(b"Summary: x\nflavors:\nvanilla\n").format == "markdown"


REAL = ["cyclonedx-valid-machine-learning-1.6.json", "mlflow-pyfunc-2.8.1.MLmodel"]


@pytest.mark.parametrize("file", REAL)
def test_a_real_data_file_is_registered_and_comes_back_byte_for_byte(world, file):
    data = shared_data(f"cards/{file}").read_bytes()
    version = register_version_from_card(
        by=world.engineer, unit=world.lending, card=data, file_name=file, number="1.0",
        model_name="From a file",
    )  # fmt: skip
    card = version.cards.get()
    assert read_bytes(card.digest) == data
    assert card.media_type == card.original.media_type != "text/markdown"
    page = version.cards.get().get_absolute_url()
    assert world.client(world.auditor).get(page).status_code == 200


def test_every_word_of_the_real_bill_of_materials_is_in_a_field_or_kept():
    data = shared_data(f"cards/{REAL[0]}").read_bytes()
    card = parse_card(data)
    stored = json.dumps([card.parsed(), card.extra])
    leaves = [load_json(data.decode()).data]
    while leaves:
        value = leaves.pop()
        if isinstance(value, dict | list):
            leaves += value.values() if isinstance(value, dict) else value
        else:
            assert json.dumps(value)[1:-1] in stored
