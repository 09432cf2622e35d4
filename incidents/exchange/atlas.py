"""ATLAS case studies: placeholders resolved, steps in order, precision of the date kept."""

import re
from typing import Any

from incidents.exchange.record import CaseRecord, empty_record
from incidents.exchange.taking import Taker

# Placeholder name → (id, name) of a tactic or technique.
Lookup = dict[str, tuple[str, str]]

_PLACEHOLDER = re.compile(r"\{\{\s*(?:create_internal_link\(\s*)?(\w+)(?:\s*\)|\.id)?\s*\}\}")
_ANCHORED = re.compile(
    r"^- &(?P<anchor>\w{1,80})[ \t]*\r?\n[ \t]+id:[ \t]*"
    r"(?P<id>[A-Z]{1,8}\.[A-Z]{1,3}\d{4}(?:\.\d{3})?)[ \t]*\r?\n"
    r"[ \t]+name:[ \t]*(?P<name>[^\r\n]{1,200})",
    re.MULTILINE,
)
KINDS = {"incident": "incident", "exercise": "exercise"}
PRECISIONS = ("DATE", "MONTH", "YEAR")


def is_lookup(document: Any) -> bool:
    """Whether a document is a list of tactics or techniques."""
    return isinstance(document, list) and any(
        isinstance(row, dict) and row.get("object-type") in ("tactic", "technique")
        for row in document
    )


def read_lookup(text: str) -> Lookup:
    """Placeholder names with ids and names, from the text of tactics.yaml or techniques.yaml.

    The names are the anchors of the YAML, which a parser resolves away; so the text is read.
    """
    return {
        found["anchor"]: (found["id"], found["name"].strip().strip("'\""))
        for found in _ANCHORED.finditer(text)
    }


def is_study(document: Any) -> bool:
    """Whether a document is a case study."""
    if not isinstance(document, dict):
        return False
    return (
        document.get("object-type") == "case-study" or {"procedure", "summary"} <= document.keys()
    )


def read_study(document: dict[str, Any], lookup: Lookup) -> CaseRecord:
    """The neutral record of one case study. A placeholder without an entry stays as written."""
    taker = Taker(document)
    found = empty_record("atlas")
    taker.take("object-type", fits=lambda value: value == "case-study")
    found["form"] = "case-study"
    found["external_id"] = taker.text("id")
    kind = taker.take("case-study-type", fits=lambda value: value in list(KINDS))
    found["kind"] = KINDS.get(str(kind), "incident")
    found["title"] = taker.text("name")
    found["summary"] = resolved(taker.text("summary"), lookup)
    if occurred := taker.text("incident-date"):
        found["dates"]["occurred"] = occurred
    precision = taker.take("incident-date-granularity", fits=lambda value: value in PRECISIONS)
    found["precision"] = precision or ""
    found["targets"] = _named(taker.text("target"))
    found["actors"] = _named(taker.text("actor"))
    if reporter := taker.text("reporter"):
        found["submitters"] = [{"value": reporter}]
    found["procedure"] = [_step(row, lookup) for row in taker.rows("procedure")]
    found["references"] = taker.rows("references")
    found["unmapped"] = taker.unmapped() + _unresolved(found)
    return found


def resolved(text: str, lookup: Lookup) -> str:
    """``text`` with every placeholder that ``lookup`` knows replaced by its id."""
    return _PLACEHOLDER.sub(lambda found: lookup.get(found[1], (found[0], ""))[0], text)


def _named(text: str) -> list[str]:
    return [text] if text else []


def _step(row: dict[str, str], lookup: Lookup) -> dict[str, str]:
    """One step; whatever else the row says stays in it under its own name."""
    names = dict(lookup.values())
    step = {key: resolved(value, lookup) for key, value in row.items()}
    for part in ("tactic", "technique"):
        if name := names.get(step.get(part, "")):
            step[f"{part}_name"] = name
    if "description" in step:
        step["text"] = step.pop("description")
    return step


def _unresolved(found: CaseRecord) -> Any:
    return [
        {"path": f"/procedure/{at}/{part}", "value": step[part], "why": "unresolved"}
        for at, step in enumerate(found["procedure"])
        for part in ("tactic", "technique")
        if _PLACEHOLDER.search(step.get(part, ""))
    ]
