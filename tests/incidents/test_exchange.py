"""Reports of others: read, shown what was not understood, and written again."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.exchange.reading import lookup_in, read_file
from incidents.exchange.record import empty_record, identifiers_of, lost_parts, techniques_of
from incidents.exchange.writing import TARGETS, export
from ledger.canonical import canonical
from tests.builders.cases import AVID, LOOKUP, OWN_FILES, STUDY, studied
from tests.shared_data import shared_data


def real(folder: str) -> list[Any]:
    return sorted(shared_data(f"incidents/{folder}").iterdir())


def real_lookup() -> Any:
    return {
        k: v
        for path in real("atlas-lookup")
        for k, v in lookup_in(path.name, path.read_bytes()).items()
    }


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def test_every_real_file_is_read() -> None:
    lookup = real_lookup()
    reads = [
        read_file(path.name, path.read_bytes(), lookup) for path in real("avid") + real("atlas")
    ]
    assert len(reads) == 68
    assert not [read.problems for read in reads if read.problems]
    for read in reads:
        for found in read.found:
            assert found.record["title"]
            assert found.record["summary"]
            canonical(found.record)


def test_the_placeholders_of_every_real_study_are_resolved_in_order() -> None:
    lookup = real_lookup()
    for path in real("atlas"):
        text = path.read_text()
        (found,) = read_file(path.name, text.encode(), lookup).found
        steps = found.record["procedure"]
        assert len(steps) == text.count("- tactic:")
        assert all(step["technique"].startswith("AML.T") for step in steps)
        assert all(step["technique_name"] and step["tactic_name"] for step in steps)
        assert found.record["precision"] in text
        assert not lost_parts(found.record)


def test_every_real_avid_report_is_written_again_word_for_word() -> None:
    count = 0
    for path in real("avid"):
        lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
        found = read_file(path.name, path.read_bytes(), {}).found
        for line, one in zip(lines, found, strict=True):
            made = export(one.record, "avid")
            assert json.loads(made.data) == json.loads(line)
            assert not made.losses
            count += 1
    assert count == 40


def cases() -> list[Any]:
    texts = [(name, data) for name, data in OWN_FILES.items() if name != "tactics.yaml"]
    return [found.record for name, data in texts for found in read_file(name, data, LOOKUP).found]


@pytest.mark.parametrize("target", list(TARGETS))
def test_whatever_an_export_leaves_out_stands_in_its_list(target: str) -> None:
    for record in cases():
        made = export(record, target)
        written = {str(leaf) for leaf in leaves(json.loads(made.data))}
        lost = {loss.path.split("/")[1] for loss in made.losses}
        # The shape of an AVID document says these without a word.
        implied = {"source", "form", "kind", "unmapped"} if record["source"] == target else set()
        for name, value in record.items():
            said = [x for x in leaves(value) if x not in ("", None, "CVSS", "0din")]
            gone = [x for x in said if str(x) not in written]
            assert name in lost | implied or not gone, f"{target} drops {name}: {gone}"
        assert lost <= set(record)


def test_our_own_format_holds_everything() -> None:
    for record in cases():
        made = export(record, "assay")
        (again,) = read_file("own.json", made.data, {}).found
        assert not made.losses
        assert again.record == record


def test_a_study_keeps_its_steps_and_names_what_avid_cannot_hold() -> None:
    record = studied()
    assert [step["technique"] for step in record["procedure"]] == [
        "AML.T0051.001", "AML.T0053", "AML.T0051.001",
    ]  # fmt: skip
    assert techniques_of(record) == ["AML.T0051.001", "AML.T0053"]
    assert (record["kind"], record["precision"]) == ("exercise", "MONTH")
    lost = {loss.path for loss in export(record, "avid").losses}
    assert {"/procedure", "/precision", "/kind", "/actors"} <= lost


def test_an_unknown_placeholder_stays_and_is_reported() -> None:
    (found,) = read_file("x.yaml", STUDY, {}).found
    assert found.record["procedure"][0]["technique"] == "{{pi_indirect.id}}"
    assert {part["why"] for part in found.record["unmapped"]} >= {"unresolved"}


def test_severities_keep_their_scheme_and_are_never_converted() -> None:
    record = next(one for one in cases() if one["severities"])
    assert {one["scheme"] for one in record["severities"]} == {"CVSS", "0din"}
    made = json.loads(export(record, "oecd").data)
    severity = made["criteria"]["10_severity"]
    assert "level" not in severity
    assert all(one["mapping"] == "none" for one in severity["other_schemes"])


def test_what_the_reader_does_not_know_is_reported_with_its_path() -> None:
    document = {**json.loads(AVID), "credits": [{"value": "x"}], "affects": 3}
    (found,) = read_file("a.json", json.dumps(document).encode(), {}).found
    told = {part["path"]: part["why"] for part in found.record["unmapped"]}
    assert told["/credits"] == "no_place"
    assert told["/affects"] == "no_place"
    assert json.loads(export(found.record, "avid").data) == document


def test_identifiers_are_found_wherever_they_stand() -> None:
    record = {**empty_record("avid"), "title": "cve-2024-12345", "weaknesses": [{"id": "CWE-79"}]}
    assert identifiers_of(record) == ["CVE-2024-12345", "CWE-79"]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    files = {**OWN_FILES, "own.json": export(cases()[0], "assay").data}
    name = data.draw(st.sampled_from(sorted(files)))
    body = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=6))
    survives(name, bytes(body))


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_values_of_the_wrong_kind_come_back_as_they_were(data: st.DataObject) -> None:
    document = json.loads(data.draw(st.sampled_from([AVID, export(cases()[0], "assay").data])))
    place, way = document, data.draw(st.integers(1, 3))
    for _ in range(way):
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or not place[key]:
            break
        place = place[key]
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(ODD)
    body = json.dumps(document).encode()
    for found in survives("odd.json", body):
        if "format" not in document and found.record["source"] == "avid":
            assert json.loads(export(found.record, "avid").data) == document


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[]", b"null", b"[" * 90_000, b'{"a": NaN}', b'{"a": 1e999}', b'"\\ud800"',
     b'{"data_type": "AVID", "x": "\\u0000"}', b"\x00", b"9" * 9_000],
)  # fmt: skip
def test_a_file_that_is_no_report_is_refused_in_a_sentence(body: bytes) -> None:
    for name in ("x.json", "x.jsonl", "x.yaml"):
        read = read_file(name, body, {})
        assert read.problems or name == "x.yaml"
        assert not read.found


def survives(name: str, body: bytes) -> list[Any]:
    read = read_file(name, body, LOOKUP)
    assert read.found or read.problems or read.lookup is not None
    for found in read.found:
        canonical(found.record)
        for target in TARGETS:
            export(found.record, target)
    return read.found
