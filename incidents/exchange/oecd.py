"""The 29 criteria of the OECD's common reporting framework (AI Papers 34, February 2025).

Criteria are named in our words. What a record does not say stays out, and the seven mandatory
ones that are missing are listed. A severity of another scheme is quoted, never converted.
"""

from typing import Any

from incidents.exchange.giving import Giver

CRITERIA: dict[int, str] = {
    1: "title", 2: "description", 3: "relation_of_ai_to_incident", 4: "submitter",
    5: "first_known_date", 6: "countries", 7: "supporting_material", 8: "system_and_version",
    9: "developer_and_deployer", 10: "severity", 11: "harm_type", 12: "quantification",
    13: "unintended_use", 14: "stakeholders", 15: "rights_impact", 16: "principles",
    17: "industry", 18: "business_function", 19: "critical_infrastructure", 20: "breadth",
    21: "training_data_link", 22: "model_link", 23: "usage_rights", 24: "multiple_systems",
    25: "task", 26: "autonomy", 27: "actions_taken", 28: "steps_to_reproduce", 29: "other",
}  # fmt: skip
MANDATORY = (1, 2, 3, 4, 7, 10, 11)
LEVELS = ("hazard", "serious hazard", "incident", "serious incident", "disaster")
# The first of these dates that a report states is the first known one.
_FIRST = ("occurred", "detected", "reported", "published")


def oecd_document(giver: Giver) -> dict[str, Any]:
    """The record by criteria, with the list of mandatory criteria that it leaves open."""
    found: dict[int, Any] = {
        1: giver.give("title"),
        2: _said({"language": giver.give("language"), "text": giver.give("summary")}),
        4: giver.give("submitters"),
        5: _first_date(giver),
        7: giver.give("references") + giver.give("related"),
        8: giver.give("artifacts") + [{"target": name} for name in giver.give("targets")],
        9: _said({"developers": giver.give("developers"), "deployers": giver.give("deployers")}),
        10: _severity(giver),
        11: _harm(giver),
        12: giver.give("metrics"),
        28: giver.give("procedure"),
    }
    criteria = {
        f"{number:02d}_{CRITERIA[number]}": value
        for number, value in found.items()
        if value not in ("", [], {})
    }
    missing = [CRITERIA[number] for number in MANDATORY if found.get(number) in (None, "", [], {})]
    return {
        "framework": "OECD common reporting framework for AI incidents, 2025",
        "source": _said({"name": giver.give("source"), "id": giver.give("external_id")}),
        "criteria": criteria,
        "mandatory_missing": missing,
    }


def _said(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value not in ("", [])}


def _first_date(giver: Giver) -> dict[str, Any]:
    stated = giver.peek("dates")
    name = next((name for name in _FIRST if name in stated), None)
    if name is None:
        return {}
    table = {"date": giver.give("dates", name), "is_date_of": name}
    if name == "occurred" and giver.peek("precision"):
        table["precision"] = giver.give("precision")
    return table


def _severity(giver: Giver) -> dict[str, Any]:
    """A level of the OECD as stated; other schemes are quoted with the mapping “none”."""
    found: dict[str, Any] = {}
    for at, severity in enumerate(giver.peek("severities")):
        stated = giver.give("severities", str(at))
        if severity.get("scheme") == "OECD" and severity.get("value") in LEVELS:
            found["level"] = stated["value"]
        else:
            found.setdefault("other_schemes", []).append({**stated, "mapping": "none"})
    return found


def _harm(giver: Giver) -> dict[str, Any]:
    if "risk_domain" not in giver.peek("classification"):
        return {}
    domains = giver.give("classification", "risk_domain")
    return {"stated_as": "AVID risk domain", "values": domains, "mapping": "partial"}
