"""Damaged files of every format: read with a report or refused with the reason, nothing else."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.canonical import canonical
from ledger.errors import Refused
from models_registry.cards import parse_card
from models_registry.exporting import CardRecord, export_card, targets_for
from tests.builders.card_files import every_format

OWN = every_format()
PIECES = st.sampled_from(
    [
        "{", "}", "[", "]", ",", ":", '"', '"a"', '"name"', '"\\ud800"', '"\\u0000"', "1e999", "-",
        "0.10", "null", "true", "NaN", " ", "\n", "\r\n", '"model_details"', '"considerations"',
        '"bomFormat": "CycloneDX"', '"specVersion": "1.6"', '"components"', '"modelCard"',
        '"type": "machine-learning-model"', "é", "\u202e", "\\", "\t",
    ]
)  # fmt: skip


def read(data):
    try:
        return parse_card(data), None
    except Refused as refused:
        return None, refused


def check(data):
    card, refused = read(data)
    if card is None:
        assert refused.message
        assert refused.field
        return
    stored = [card.parsed(), card.extra, card.report.as_json()]
    assert "\\u0000" not in json.dumps(stored, allow_nan=False).replace("\\\\", "")
    canonical(stored)
    record = CardRecord(data, card.format, "x", "m", "1")
    for target, _name in targets_for(card.format):
        export_card(record, target)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_then_exported(data):
    card = bytearray(OWN[data.draw(st.sampled_from(sorted(OWN)))])
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(card) - 1))
        card[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=6))
    check(bytes(card))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(OWN)), st.floats(0, 1))
def test_a_truncated_file_is_read_or_refused(name, share):
    check(OWN[name][: int(len(OWN[name]) * share)])


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_any_mixture_of_json_pieces_is_read_or_refused(pieces):
    check(("{" + '"model_details": {' + "".join(pieces) + "}}").encode())
    check(("{" + "".join(pieces)).encode())


def test_values_of_the_wrong_kind_are_kept_and_break_nothing():
    odd = [3, None, [], {}, [[]], [3], "x", True, {"a": []}]
    for value in odd:
        for key in ("model_details", "considerations", "quantitative_analysis"):
            check(json.dumps({key: value, "model_parameters": {"data": value}}).encode())
        model = {"type": "machine-learning-model", "name": value, "modelCard": value}
        model |= {"authors": value, "licenses": value, "version": value}
        bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [model, value]}
        check(json.dumps({**bom, "metadata": value}).encode())
        check(f"flavors:\n  a: {json.dumps(value)}\nsignature: {json.dumps(value)}\n".encode())
