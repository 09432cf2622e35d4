"""Edits inside a card: only the edited lines change, in every format and encoding."""

import codecs
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Refused
from models_registry.cards import parse_card
from models_registry.cards.vocabulary import BY_KEY, CORE
from models_registry.exporting import patch_card
from models_registry.exporting.patching import main_part
from tests.builders.card_files import every_format
from tests.shared_data import shared_data

OWN = every_format()
REAL = [
    "openai-whisper.model-card.md", "dinov2.MODEL_CARD.md", "aira-2-1B1.md",
    "hf-sample_windows_line_breaks.md", "cyclonedx-valid-machine-learning-1.6.json",
    "mlflow-pyfunc-2.8.1.MLmodel",
]  # fmt: skip
WORDS = "Only loans below 50,000; “checked” in October."
TEXT = st.text(alphabet=st.sampled_from("ab é\n#-*`:'\"[]{}|>\\&!%@\u2028\x85"), max_size=40)


def data_of(name):
    return OWN[name] if name in OWN else shared_data(f"cards/{name}").read_bytes()


def said(data, key):
    part = main_part(parse_card(data), key)
    return part["text"].strip("\n") if part else ""


def others(card, key):
    return {name: [f["text"] for f in found] for name, found in card.fields.items() if name != key}


@pytest.mark.parametrize("name", [*OWN, *REAL])
def test_no_change_and_the_same_text_again_give_the_same_bytes(name):
    data = data_of(name)
    card = parse_card(data)
    assert patch_card(data, card.format, {}) == data
    same = {key: said(data, key) for key in card.fields}
    assert patch_card(data, card.format, same) == data


@pytest.mark.parametrize("name", [*OWN, *REAL])
def test_limitations_can_be_edited_in_every_format_and_nothing_else_moves(name):
    data = data_of(name)
    card = parse_card(data)
    patched = patch_card(data, card.format, {"limitations": WORDS})
    assert said(patched, "limitations") == WORDS
    shared = {"risks", "summary", "evaluation_results"}  # one section may speak of two fields
    alike = {k: v for k, v in others(card, "limitations").items() if k not in shared}
    again = others(parse_card(patched), "limitations")
    assert {key: again[key] for key in alike} == alike


@pytest.mark.parametrize("name", OWN)
def test_a_core_field_is_edited_or_refused_by_its_name(name):
    data = OWN[name]
    card = parse_card(data)
    refused = []
    for field in CORE:
        try:
            patched = patch_card(data, card.format, {field.key: WORDS})
        except Refused as error:
            refused.append(error.field)
        else:
            assert said(patched, field.key) == WORDS
    assert refused in ([], ["evaluation_results"])


def test_only_the_edited_lines_of_a_markdown_card_differ():
    data = OWN["huggingface"]
    before = data.decode().split("\n")
    after = patch_card(data, "huggingface", {"limitations": WORDS}).decode().split("\n")
    start = next(i for i, line in enumerate(before) if line != after[i])
    tail = next(i for i in range(1, len(before)) if before[-i] != after[-i])
    assert after[start : len(after) - tail + 1] == [WORDS]


def test_a_key_of_the_front_matter_keeps_its_quotes_and_its_neighbours():
    data = OWN["huggingface"]
    patched = patch_card(data, "huggingface", {"version": "2.10", "tags": "risk, no"})
    expected = data.replace(b'version: "2.3"', b'version: "2.10"')
    old = b"  - credit-default\n  - consumer-lending\n  - gradient-boosting"
    assert patched == expected.replace(old, b'  - risk\n  - "no"')


def test_a_json_value_is_replaced_by_its_span_and_an_absent_field_is_added():
    data = OWN["mct"].replace(b"0.87", b"0.870")
    patched = patch_card(data, "mct", {"limitations": "New.", "out_of_scope": "Mortgages"})
    assert patched.replace(b"New.", b"Knows no self-employed applicants.").startswith(data[:300])
    assert b"0.870" in patched
    assert json.loads(patched)["model_details"]["assay"] == {"out_of_scope": "Mortgages"}


@pytest.mark.parametrize("name", ["huggingface", "markdown", "mct", "cyclonedx-1.6"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
     (codecs.BOM_UTF16_BE, "utf-16-be")],
)  # fmt: skip
def test_line_ends_mark_and_encoding_stay(name, mark, encoding):
    windows = OWN[name].decode().replace("\n", "\r\n")
    data = mark + windows.encode(encoding)
    patched = patch_card(data, parse_card(data).format, {"limitations": "One.\n\nTwo."})
    assert patched.startswith(mark)
    text = patched.removeprefix(mark).decode(encoding)
    assert "\n" not in text.replace("\r\n", "")
    assert said(patched, "limitations") == "One.\n\nTwo."


def test_a_heading_inside_a_text_is_refused_because_it_would_split_the_section():
    with pytest.raises(Refused, match="headings") as caught:
        patch_card(OWN["markdown"], "markdown", {"limitations": "a\n\n## Risks\n\nb"})
    assert caught.value.field == "limitations"


@pytest.mark.parametrize("key", ["evaluation_results", "nothing", "x" * 500])
def test_what_cannot_be_edited_is_refused(key):
    with pytest.raises(Refused):
        patch_card(OWN["mct"], "mct", {key: "new"})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(OWN)), st.sampled_from(sorted(BY_KEY)), TEXT)
def test_any_text_is_written_exactly_or_refused(name, key, text):
    data = OWN[name]
    try:
        patched = patch_card(data, name, {key: text})
    except Refused:
        return
    wanted = text.strip("\n") if text.strip() else ""
    if wanted:
        assert said(patched, key) == wanted
    kept = parse_card(data).extra
    found = parse_card(patched).extra
    assert {k: v for k, v in found.items() if k in kept} == kept or not wanted
