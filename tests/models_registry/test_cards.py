"""Reading model cards: what is mapped, what is kept, what is refused and in which words."""

import pytest

from ledger.errors import Refused
from models_registry.cards import parse_card
from models_registry.cards.decode import MAX_BYTES, MAX_LINES
from models_registry.cards.report import problem_text
from models_registry.cards.titles import name_from_title
from models_registry.cards.wording import normalise
from tests.builders.models_registry import BEACON, LANTERN, card_bytes


def front(yaml: str, body: str = "# Name\n") -> bytes:
    return f"---\n{yaml}\n---\n{body}".encode()


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        parse_card(data)
    return caught.value


def problems(data: bytes) -> list[tuple[str, int]]:
    return [(p["code"], p["line"]) for p in parse_card(data).report.problems]


def test_the_complete_demonstration_card_fills_every_core_field():
    card = parse_card(card_bytes(LANTERN))
    assert card.completeness == 100
    assert (card.format, card.name, card.version) == (
        "huggingface",
        "Lantern credit scoring",
        "2.3",
    )


def test_figures_keep_the_number_as_written_and_its_line():
    figures = parse_card(card_bytes(LANTERN)).figures
    source = card_bytes(LANTERN).decode().splitlines()
    assert [f["text"] for f in figures] == ["0.810", "0.0612", "0.018", "0.770"]
    assert figures[0]["value"] == 0.81
    assert figures[3]["dataset"] == "Applicants under 25"
    assert [source[f["line"] - 1].strip() for f in figures] == [
        "- type: roc_auc", "- type: brier_score", "- type: ece", "- type: roc_auc",
    ]  # fmt: skip


def test_what_has_no_field_is_kept_and_reported_with_its_line():
    card = parse_card(card_bytes(LANTERN))
    kept = {(k["source"], k["label"]) for k in card.report.kept}
    assert kept == {("front", "review_board"), ("section", "Escalation")}
    assert card.extra == {"review_board": "LRB-2026-11"}
    section = next(s for s in card.sections if s["title"] == "Escalation")
    assert section["text"].startswith("Call the model owner first")


def test_a_placeholder_does_not_count_as_filled():
    card = parse_card(card_bytes(BEACON))
    assert "limitations" in card.fields
    assert not card.filled["limitations"]
    assert card.completeness < 50


def test_yaml_is_read_as_version_1_2():
    card = parse_card(front("language: no\nversion: 1.10\nanswer: yes\nn: 0o17\non: off"))
    assert card.fields["language"][0]["text"] == "no"
    assert card.version == "1.10"
    assert card.extra == {"answer": "yes", "n": "0o17", "on": "off"}


def test_numbers_keep_their_zeros_and_small_integers_stay_numbers():
    card = parse_card(front("a: 0.10\nb: 12\nc: 99999999999999999999\nd: true\ne: ~\nf: '12'"))
    assert card.extra == {
        "a": "0.10", "b": 12, "c": "99999999999999999999", "d": True, "e": None, "f": "12",
    }  # fmt: skip


def test_a_duplicate_key_is_reported_and_its_value_is_kept():
    card = parse_card(front("license: mit\ntags: [a]\nlicense: gpl-3.0"))
    assert card.fields["license"][0]["text"] == "mit"
    assert card.extra["duplicate_keys"] == [{"key": "license", "line": 4, "value": "gpl-3.0"}]
    assert card.report.problems[0]["values"] == {"key": "license", "first": 2}
    assert "line 2" in problem_text(card.report.problems[0])


def test_a_yaml_tag_that_asks_for_an_object_is_refused_with_its_line():
    for tagged in ("!!python/object/apply:os.system [echo]", "!own x", "!!set {x}"):
        with pytest.raises(Refused, match=r"line 3: the tag “.+” asks for more than data"):
            parse_card(front(f"b: 1\na: {tagged}"))
    assert parse_card(front("a: !!str 5\nb: !!map {c: 1}")).extra == {"a": "5", "b": {"c": 1}}


def test_anchors_work_within_reason():
    card = parse_card(front("a: &x [1, 2]\nb: *x"))
    assert card.extra == {"a": [1, 2], "b": [1, 2]}


LAUGHS = "a0: &a0 lol\n" + "\n".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        (LAUGHS, "too large"),
        ("a: &a [*a]", "line 2: the anchor “a” is not complete"),
        ("a: *nowhere", "not complete before this line"),
        ("\n".join([f"a{i}: &x 1" for i in range(2)] + ["b: *x"] * 101), "more than 100"),
        ("a: " + "[" * 50_000, "nested deeper"),
        ("\n".join(" " * i + "a:" for i in range(60)), "nested deeper than 40"),
        ("a: &a " + "[" * 30 + "]" * 30 + "\nb: " + "[" * 30 + "*a" + "]" * 30, "deeper"),
        ("a: b\nc: [1, 2\nd: e", "broken at line"),
        ("a:\n\t- b", "line 3"),
        ("{{ card_data }}", "a key is a list or a table"),
        ('a: "\\0"', "no text"),
        ('a: "\\ud800"', "no text"),
        ("a: 1\n...\n%YAML 1.1", "line"),
        ("a: " + "x" * 600_000, "more than 512000 characters"),
        ("a: [" + "1," * 60_000 + "]", "more than 40000 entries"),
    ],
)
def test_unsafe_or_broken_front_matter_is_refused_with_the_reason(yaml, words):
    refused = refusal(front(yaml))
    assert words in refused.message
    assert refused.field == "card"


def test_the_line_of_a_yaml_error_counts_from_the_top_of_the_file():
    refused = refusal(b"---\na: b\nc: d\ne: [1\n---\n# N\n")
    assert "begun in line 4" in refused.message


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "empty"),
        (b" \n\n\t", "empty", "blank lines"),
        ("# Modèle".encode("latin-1"), "encoding", "Byte 6 (line 1, value 0xE8) is not UTF-8"),
        (b"# a\n\nb\0c", "binary", "Line 3"),
        (b"%PDF-1.7\n...", "binary", "PDF"),
        (b"PK\x03\x04rest", "binary", "ZIP"),
        (b"\xff\xfe\x00\xd8", "encoding", "UTF-16"),
        (b"x" * (MAX_BYTES + 1), "too-large", "5 MB"),
        (b"x\n" * (MAX_LINES + 1), "too-large", "lines"),
        (b"# h\n" * 1_001, "too-large", "1000 headings"),
    ],
)
def test_what_is_no_card_is_refused_in_words_that_say_what_to_do(data, code, words):
    refused = refusal(data)
    assert refused.code == code
    assert words in refused.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_cards_with_a_byte_order_mark_are_read(encoding):
    card = parse_card("# Modèle\n\n## Limitations\n\nÀ voir.".encode(encoding))
    assert card.name == "Modèle"
    assert card.fields["limitations"][0]["text"] == "À voir."


def test_windows_line_ends_change_nothing_but_the_report():
    unix = parse_card(card_bytes(LANTERN))
    windows = parse_card(card_bytes(LANTERN).replace(b"\n", b"\r\n"))
    assert windows.parsed() == unix.parsed()
    assert (unix.report.newlines, windows.report.newlines) == ("lf", "crlf")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"---\n- a\n- b\n---\n# N\n", [("front-no-table", 2)]),
        (b"---\nhello\n---\n# N\n", [("front-no-table", 2)]),
        (b"---\n# only a comment\n---\n# N\n", [("front-empty", 1)]),
        (b"---\na: b\n# N\n", [("front-unclosed", 1)]),
        (b"---\nlicense: mit\n---\n", [("no-name", 1)]),
        (b"---\nmodel_name: A\nlicense: mit\n---\n# B\n", [("names-differ", 5)]),
        (b"# N\n\n## License\n\nMIT\n", [("license-as-text", 3)]),
        (b"---\nmodel-index: none\n---\n# N\n", [("not-a-list", 2)]),
        (b"---\nmodel-index:\n- name: m\n  results:\n  - 3\n---\n# N\n", [("not-a-table", 5)]),
        ("# Ex\u202eam\n".encode(), [("hidden-marks", 1)]),
    ],
)
def test_doubtful_cards_are_read_with_a_problem_at_its_line(data, expected):
    assert [p for p in problems(data) if p in expected] == expected


def test_front_matter_that_is_no_table_is_kept_as_text():
    assert parse_card(b"---\n- a\n- b\n---\n# N\n").extra == {"front_matter_text": "- a\n- b\n"}


def test_direction_marks_do_not_reach_the_name():
    assert parse_card("# Safe\u202egpj.model\n".encode()).name == "Safegpj.model"


def test_headings_in_code_comments_and_lists_are_no_sections():
    text = "# N\n\n```\n# no\n```\n\n<!--\n# no\n-->\n\n- # no\n\n    # no\n\n## Risks\n\nSome.\n"
    assert [s["title"] for s in parse_card(text.encode()).sections] == ["N", "Risks"]


def test_a_sub_section_without_a_field_belongs_to_the_one_above():
    card = parse_card(b"# N\n\n## Limitations\n\n### Weather\n\nNot in rain.\n")
    assert card.fields["limitations"][0]["text"] == "**Weather**\n\nNot in rain."
    assert card.report.kept == []


def test_one_heading_can_speak_of_two_fields():
    card = parse_card(b"# N\n\n## Bias, Risks, and Limitations\n\nMany.\n")
    assert card.filled["risks"]
    assert card.filled["limitations"]


def test_labelled_lines_are_read_wherever_they_stand():
    card = parse_card(b"# N\n\n## Odd\n\n- **Developed by:** A\n- __License__: MIT\n")
    assert card.fields["developers"][0] == {
        "text": "A", "source": "label", "label": "Developed by", "line": 5,
    }  # fmt: skip
    assert card.fields["license"][0]["text"] == "MIT"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Model Card: Whisper", "Whisper"),
        ("Model card for DINOv2-S/B/L/g", "DINOv2-S/B/L/g"),
        ("Model Card for the `tiny_net`", "tiny_net"),
        ("BERT – model card", "BERT"),
        ("[Falcon](https://x.example)", "Falcon"),
        ("Model Card", ""),
        ("my_model_v2", "my_model_v2"),
        ("Model Cardiology", "Model Cardiology"),
    ],
)
def test_the_name_is_found_in_the_title(title, name):
    assert name_from_title(title) == name


@pytest.mark.parametrize(
    ("heading", "normal"),
    [
        ("1.2 Intended Use:", "intended use"),
        ("🎯 **Out-of-Scope** Use", "out of scope use"),
        ("Risks & Limitations", "risks and limitations"),
        ("[Training Data](#x)", "training data"),
    ],
)
def test_headings_compare_without_numbers_signs_and_markup(heading, normal):
    assert normalise(heading) == normal
