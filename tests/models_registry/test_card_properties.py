"""Whatever the bytes: the parser reads them or refuses them, and never does anything else."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.canonical import canonical
from ledger.errors import Refused
from models_registry.cards import Card, parse_card
from tests.builders.models_registry import BEACON, LANTERN, card_bytes

PIECES = st.sampled_from(
    [
        "---\n", "---", "license: mit\n", "license: no\n", "version: 1.10\n", "a: &a [1, 2]\n",
        "b: *a\n", "- x\n", "  - y: z\n", "{", "}", "[", "]", "? ", ": ", "!!python/object:os.x ",
        "\"\\ud800\"", "\"\\0\"", "|\n  text\n", ">-\n", "<<: *a\n", "%YAML 1.1\n", "...\n", "\t",
        "model-index:\n", "- name: m\n  results:\n", "  - metrics:\n    - value: 1e5\n",
        "# Title\n",
        "## Limitations\n", "Title\n=====\n", "```\n", "~~~\n", "> ", "- ", "1. ",
        "**Developed by:** A\n",
        "<!--", "-->", "<script>", "[More Information Needed]", "{{ name }}", "\r\n", "\r",
        "\u202e",
        "\u2028", "\ufeff", "\x85", "é", "𝕏", " ", "\n", "'", '"', "@", "`", "\\", "0x1F", ".nan",
    ]
)  # fmt: skip


def read(data: bytes) -> Card | None:
    try:
        return parse_card(data)
    except Refused:
        return None


def check(data: bytes) -> None:
    card = read(data)
    if card is None:
        return
    stored = json.dumps([card.parsed(), card.extra, card.report.as_json()], allow_nan=False)
    assert "\\u0000" not in stored
    canonical([card.parsed(), card.extra, card.report.as_json()])
    assert 0 <= card.completeness <= 100


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00\xd8")
@example(b"\xfe\xff")
def test_any_bytes_are_read_or_refused(data):
    check(data)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=40))
def test_any_mixture_of_card_pieces_is_read_or_refused(pieces):
    check("".join(pieces).encode())


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=25))
def test_any_front_matter_is_read_or_refused(pieces):
    check(f"---\n{''.join(pieces)}\n---\n# Name\n".encode())


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_card_is_read_or_refused(data):
    card = bytearray(card_bytes(data.draw(st.sampled_from([LANTERN, BEACON]))))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(card) - 1))
        card[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    check(bytes(card))


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_every_line_of_the_markdown_is_kept_in_one_section(text):
    card = read(text.encode())
    if card is None or card.front_matter:
        return
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(section["title"] + section["text"] for section in card.sections)
    letters = sorted(c for c in source if c.isalnum())
    assert [c for c in letters if c not in kept] == []
