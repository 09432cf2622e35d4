"""AVID reports and vulnerabilities of every year, as they are and not as the schema wishes.

Shapes seen: metrics with ``features`` (2022), flat scorer/metrics/value (2025) and ``results``
(2023, 2026); taxonomy 0.1, 0.2 or empty; null metadata; misspelt ``credits`` and ``version``.
"""

from typing import Any

from incidents.exchange.record import CaseRecord, empty_record
from incidents.exchange.taking import ABSENT, Taker, is_flat_rows, is_rows, is_text

CLASSES = {"CVE Entry": "vulnerability", "AIID Incident": "incident"}
# Where the lists of the neutral record stand in a report, both ways.
VIEWS = ("risk_domain", "sep_view", "lifecycle_view")
DATES = {
    "reported": "reported_date",
    "published": "published_date",
    "modified": "last_modified_date",
}


def is_avid(document: Any) -> bool:
    """Whether a document says, or looks as if, it were AVID's."""
    if not isinstance(document, dict):
        return False
    return document.get("data_type") == "AVID" or {"problemtype", "affects"} <= document.keys()


def read_avid(document: dict[str, Any]) -> CaseRecord:
    """The neutral record of one AVID document. Never raises: what does not fit is unmapped."""
    taker = Taker(document)
    found = empty_record("avid")
    taker.take("data_type", fits=lambda value: value == "AVID")
    found["format_version"] = taker.text("data_version")
    _identify(taker, found)
    found["category"] = taker.text("problemtype", "classof")
    found["finding"] = taker.text("problemtype", "type")
    found["title"] = taker.text("problemtype", "description", "value")
    found["summary"] = taker.text("description", "value")
    found["language"] = _language(taker)
    found["dates"] = {name: date for name, key in DATES.items() if (date := taker.text(key))}
    found["developers"] = taker.texts("affects", "developer")
    found["deployers"] = taker.texts("affects", "deployer")
    found["artifacts"] = taker.rows("affects", "artifacts")
    found["submitters"] = taker.rows("credit")
    found["related"] = taker.rows("reports")
    references = taker.take("references", fits=_are_references) or []
    found["references"] = [_renamed(row) for row in references]
    found["metrics"] = [_metric(row) for row in taker.rows("metrics", flat=False)]
    _impact(taker, found)
    found["unmapped"] = taker.unmapped()
    return found


def _identify(taker: Taker, found: CaseRecord) -> None:
    """The number of the document, and what kind of thing it tells of."""
    if taker.peek("metadata", "vuln_id") is not ABSENT:
        found["form"] = found["kind"] = "vulnerability"
        found["external_id"] = taker.text("metadata", "vuln_id")
        return
    found["form"] = "report"
    found["kind"] = CLASSES.get(str(taker.peek("problemtype", "classof")), "hazard")
    found["external_id"] = taker.text("metadata", "report_id")


def _language(taker: Taker) -> str:
    """The language, when title and description name the same one; else both stay unmapped."""
    title = taker.peek("problemtype", "description", "lang")
    if title == taker.peek("description", "lang"):
        taker.text("problemtype", "description", "lang")
        return taker.text("description", "lang")
    return ""


def _are_references(value: Any) -> bool:
    return is_flat_rows(value) and not any("title" in row for row in value)


def _renamed(row: dict[str, str]) -> dict[str, str]:
    return {{"label": "title"}.get(key, key): value for key, value in row.items()}


def _metric(row: dict[str, Any]) -> dict[str, Any]:
    """A metric of any of the three shapes: name, method and plain values, and the row itself."""
    method = row.get("detection_method")
    values = _values(row)
    name = row.get("name") or row.get("scorer") or ""
    return {
        "name": name if isinstance(name, str) else "",
        "method": {k: v for k, v in method.items() if is_text(v)}
        if isinstance(method, dict)
        else {},
        "values": values,
        "as_written": row,
    }


def _values(row: dict[str, Any]) -> list[dict[str, Any]]:
    results = row.get("results")
    if isinstance(results, dict):
        tables = [value for value in results.values() if is_rows(value)]
        return tables[0] if tables else [results]
    if isinstance(row.get("features"), dict):
        return [row["features"]]
    flat: dict[str, Any] = {k: row[k] for k in ("scorer", "metrics", "value") if k in row}
    return [flat] if flat else []


def _impact(taker: Taker, found: CaseRecord) -> None:
    found["taxonomy_version"] = taker.text("impact", "avid", "taxonomy_version")
    for view in VIEWS:
        if labels := taker.texts("impact", "avid", view):
            found["classification"][view] = labels
    if vulnerability := taker.text("impact", "avid", "vuln_id"):
        found["classification"]["vuln_id"] = [vulnerability]
    cvss = taker.take("impact", "cvss", fits=_is_filled)
    if cvss:
        found["severities"].append(_cvss(cvss))
    score = taker.text("impact", "odin", "SocialImpactScore")
    if score:
        found["severities"].append({"scheme": "0din", "value": score})
    found["weaknesses"] = taker.rows("impact", "cwe")


def _is_filled(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


def _cvss(table: dict[str, Any]) -> dict[str, Any]:
    return {
        "scheme": "CVSS",
        "version": str(table.get("version", "")),
        "value": str(table.get("baseSeverity", "")),
        "vector": str(table.get("vectorString", "")),
        "score": table.get("baseScore"),
        "as_written": table,
    }
