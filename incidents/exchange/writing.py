"""The neutral record in the formats of others, each with a list of what that cannot hold."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.exchange import own
from incidents.exchange.avid import DATES, VIEWS
from incidents.exchange.decoding import MAX_DEPTH
from incidents.exchange.giving import Giver, Loss
from incidents.exchange.oecd import oecd_document
from incidents.exchange.record import CaseRecord, empty_record
from incidents.exchange.taking import put
from models_registry.cards.json_tree import path_of


@dataclass(frozen=True)
class Exported:
    """A file and what it leaves out."""

    data: bytes
    file_name: str
    losses: list[Loss]


TARGETS: dict[str, str | Promise] = {
    "avid": _("AVID report (JSON)"),
    "oecd": _("OECD common reporting framework (JSON)"),
    "assay": _("Assay (JSON), everything"),
}


def export(record: CaseRecord, target: str) -> Exported:
    """The record as a file of the format ``target``, which must be one of ``TARGETS``.

    The same record always gives the same bytes.
    """
    makers: dict[str, Callable[[Giver], dict[str, Any]]] = {
        "avid": _avid,
        "oecd": oecd_document,
        "assay": _own,
    }
    giver = Giver(record)
    document = makers[target](giver)
    data = json.dumps(document, indent=2, ensure_ascii=True).encode() + b"\n"
    stem = record["external_id"].replace(":", "-") or "case"
    return Exported(data, f"{stem}.{target}.json", giver.losses())


def _own(giver: Giver) -> dict[str, Any]:
    names = empty_record("assay")
    case = {name: giver.give(name) for name in names}
    return {"format": own.MARK, "format_version": own.VERSION, "case": case}


def _avid(giver: Giver) -> dict[str, Any]:
    """AVID's shape. A report that came from AVID gets back every part as it was."""
    made: dict[str, Any] = {"data_type": "AVID"}
    number = giver.give("external_id")
    key = "vuln_id" if giver.peek("form") == "vulnerability" else "report_id"
    _set(made, ("metadata", key), "" if number.startswith("sha256:") else number)
    for path, name in _AVID_PLACES:
        _set(made, path, giver.give(name))
    for name, key in DATES.items():
        if name in giver.peek("dates"):
            _set(made, (key,), giver.give("dates", name))
    _avid_rows(giver, made)
    _avid_impact(giver, made)
    if giver.peek("source") == "avid":
        _set(made, ("data_version",), giver.give("format_version"))
        for name in ("source", "form", "kind"):
            giver.give(name)  # each follows from the shape or the class of the report
        for part in giver.give("unmapped"):
            path = path_of(part["path"])
            if part["why"] != "repeated" and 0 < len(path) <= MAX_DEPTH:
                put(made, path, part["value"])
    return made


_AVID_PLACES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("problemtype", "classof"), "category"),
    (("problemtype", "type"), "finding"),
    (("problemtype", "description", "lang"), "language"),
    (("description", "lang"), "language"),
    (("problemtype", "description", "value"), "title"),
    (("description", "value"), "summary"),
    (("affects", "developer"), "developers"),
    (("affects", "deployer"), "deployers"),
    (("affects", "artifacts"), "artifacts"),
    (("credit",), "submitters"),
    (("reports",), "related"),
    (("impact", "cwe"), "weaknesses"),
    (("impact", "avid", "taxonomy_version"), "taxonomy_version"),
)


def _avid_rows(giver: Giver, made: dict[str, Any]) -> None:
    names = {"title": "label"}
    references = [
        {names.get(key, key): value for key, value in row.items()}
        for row in giver.give("references")
    ]
    _set(made, ("references",), references)
    metrics = [
        row.get("as_written")
        or {"name": row.get("name", ""), "results": {"rows": row.get("values", [])}}
        for row in giver.give("metrics")
    ]
    _set(made, ("metrics",), metrics)


def _avid_impact(giver: Giver, made: dict[str, Any]) -> None:
    for view, labels in giver.peek("classification").items():
        if view in VIEWS:
            _set(made, ("impact", "avid", view), giver.give("classification", view))
        elif view == "vuln_id" and len(labels) == 1:
            _set(made, ("impact", "avid", "vuln_id"), giver.give("classification", view)[0])
    seen: set[str] = set()
    for at, severity in enumerate(giver.peek("severities")):
        scheme = str(severity.get("scheme"))
        if scheme in _AVID_SEVERITIES and scheme not in seen:
            seen.add(scheme)
            found = giver.give("severities", str(at))
            path, value = _AVID_SEVERITIES[scheme](found)
            _set(made, path, value)


_AVID_SEVERITIES: dict[str, Callable[[dict[str, Any]], tuple[tuple[str, ...], Any]]] = {
    "CVSS": lambda found: (("impact", "cvss"), found.get("as_written") or _cvss(found)),
    "0din": lambda found: (("impact", "odin", "SocialImpactScore"), found.get("value")),
}


def _cvss(found: dict[str, Any]) -> dict[str, Any]:
    names = {"version": "version", "vector": "vectorString", "score": "baseScore"}
    table = {key: found[name] for name, key in names.items() if found.get(name) not in (None, "")}
    return {**table, "baseSeverity": found.get("value", "")}


def _set(made: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Write what is not empty; what was empty in the source comes back as it was."""
    if value not in (None, "", [], {}):
        put(made, path, value)
