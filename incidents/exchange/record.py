"""The neutral record of a report: plain JSON, the same for every source."""

import re
from typing import Any, TypedDict

KINDS = ("incident", "near_miss", "hazard", "exercise", "vulnerability")
SOURCES = ("avid", "atlas", "assay")
PRECISIONS = ("", "DATE", "MONTH", "YEAR")

_IDENTIFIER = re.compile(
    r"\b(CVE-\d{4}-\d{4,7}|CWE-\d{1,5}|GHSA(?:-[0-9a-z]{4}){3}|AML\.(?:TA?|M)\d{4}(?:\.\d{3})?)\b",
    re.IGNORECASE,
)
_TECHNIQUE = re.compile(r"AML\.T\d{4}(?:\.\d{3})?")


class Unmapped(TypedDict):
    """A part of the document that has no place here: RFC 6901 path, value, reason code."""

    path: str
    value: Any
    why: str


class CaseRecord(TypedDict):
    """What a report says. Lists keep their order; texts are word for word.

    ``form`` is what the document is in its own format, such as a vulnerability.
    ``severities`` name their scheme (own, OECD, CVSS …) and are never converted into another.
    ``dates`` are as written; ``precision`` says how much of ``occurred`` is meant.
    """

    source: str
    format_version: str
    external_id: str
    form: str
    kind: str
    category: str
    finding: str
    title: str
    summary: str
    language: str
    dates: dict[str, str]
    precision: str
    developers: list[str]
    deployers: list[str]
    targets: list[str]
    actors: list[str]
    submitters: list[dict[str, str]]
    artifacts: list[dict[str, str]]
    classification: dict[str, list[str]]
    taxonomy_version: str
    procedure: list[dict[str, str]]
    references: list[dict[str, str]]
    related: list[dict[str, str]]
    metrics: list[dict[str, Any]]
    severities: list[dict[str, Any]]
    weaknesses: list[dict[str, str]]
    unmapped: list[Unmapped]


def empty_record(source: str) -> CaseRecord:
    """A record that says nothing yet."""
    return CaseRecord(
        source=source, format_version="", external_id="", form="", kind="incident", category="",
        finding="", title="", summary="", language="", dates={}, precision="",
        developers=[], deployers=[], targets=[], actors=[], submitters=[], artifacts=[],
        classification={}, taxonomy_version="",
        procedure=[], references=[], related=[], metrics=[], severities=[], weaknesses=[],
        unmapped=[],
    )  # fmt: skip


def identifiers_in(*texts: str) -> list[str]:
    """Identifiers of weaknesses, advisories and techniques that the texts name, sorted."""
    found = {match[0] for text in texts for match in _IDENTIFIER.finditer(text)}
    return sorted({one if one.startswith("GHSA") else one.upper() for one in found})


def identifiers_of(record: CaseRecord) -> list[str]:
    """Every identifier that the record names anywhere."""
    cells = [
        str(cell)
        for rows in (record["references"], record["weaknesses"], record["procedure"])
        for row in rows
        for cell in row.values()
    ]
    return identifiers_in(record["title"], record["summary"], record["external_id"], *cells)


def techniques_of(record: CaseRecord) -> list[str]:
    """The techniques of the procedure, each once, in the order of their first step."""
    named = (step.get("technique", "") for step in record["procedure"])
    return list(dict.fromkeys(name for name in named if _TECHNIQUE.fullmatch(name)))


def lost_parts(record: CaseRecord) -> list[Unmapped]:
    """What the source said and the record has no place for; empty values lose nothing."""
    return [part for part in record["unmapped"] if part["why"] != "empty"]
