"""Real cards, byte by byte. Skipped, loudly, where the real inputs are absent."""

import hashlib

import pytest

from models_registry.actions import register_version_from_card
from models_registry.cards import parse_card
from tests.shared_data import shared_data
from vault.queries import read_bytes

CARDS = {
    "openai-whisper.model-card.md": "Whisper",
    "dinov2.MODEL_CARD.md": "DINOv2-S/B/L/g",
    "aira-2-1B1.md": "Aira-2-1B1",
    "hf-sample_simple_model_index.md": "my-cool-model",
    "hf-sample_windows_line_breaks.md": "Hello old Windows line breaks",
    "ibm-granite-geospatial-biomass.model-card.md": "granite-geospatial-biomass",
    "taed2-clothing-reviews.modelcard.md": "Women's E-Commerce Clothing Reviews",
}


@pytest.mark.parametrize(("file", "name"), CARDS.items(), ids=CARDS)
def test_a_real_card_is_registered_and_comes_back_byte_for_byte(world, file, name):
    data = shared_data(f"cards/{file}").read_bytes()
    version = register_version_from_card(
        by=world.engineer, unit=world.lending, card=data, file_name=file, number="1.0"
    )
    card = version.cards.get()
    assert version.model.name == name
    assert read_bytes(card.digest) == data
    assert card.digest == hashlib.sha256(data).hexdigest()
    download = world.client(world.auditor).get(f"/systems/cards/{card.pk}/original/")
    assert download.content == data
    page = version.cards.get().get_absolute_url()
    assert world.client(world.auditor).get(page).status_code == 200


@pytest.mark.parametrize("file", CARDS)
def test_no_word_of_a_real_card_is_lost(file):
    data = shared_data(f"cards/{file}").read_bytes()
    card = parse_card(data)
    text = data.decode().replace("\r\n", "\n")
    body = text.split("\n---\n", 1)[1] if text.startswith("---") else text
    kept = "\n".join(f"{s['title']}\n{s['text']}" for s in card.sections)
    assert set(body.replace("#", " ").split()) <= set(kept.replace("#", " ").split())


def test_whisper_states_its_limits_and_hides_its_developers():
    card = parse_card(shared_data("cards/openai-whisper.model-card.md").read_bytes())
    assert {"limitations", "risks", "intended_use", "training_data"} <= set(card.fields)
    assert not card.filled["developers"]
    assert card.report.kept == []


def test_the_model_index_of_the_hub_sample_becomes_two_figures():
    card = parse_card(shared_data("cards/hf-sample_simple_model_index.md").read_bytes())
    assert [(f["metric"], f["text"], f["dataset"], f["split"]) for f in card.figures] == [
        ("accuracy", "0.9", "Beans", ""),
        ("f1", "0.66", "Beans", "test"),
    ]


def test_aira_keeps_its_widget_and_inference_keys():
    card = parse_card(shared_data("cards/aira-2-1B1.md").read_bytes())
    assert set(card.extra) == {"widget", "inference"}
    assert card.extra["inference"]["parameters"]["top_p"] == "1.0"
