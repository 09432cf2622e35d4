"""Reading reports of others, and ours in the same shape."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Unit
from incidents.exchange.record import CaseRecord, empty_record
from incidents.models import CaseImport, CaseReport, Incident


def cases(by: Any) -> QuerySet[Any]:
    """The reports that ``by`` may see, for lists: without the large record."""
    seen = CaseReport.objects.all().visible_to(by).defer("record", "summary")
    found: QuerySet[Any] = seen.select_related("unit", "batch")
    return found


def known_cases(unit: Unit) -> dict[tuple[str, str], CaseReport]:
    """The reports of a unit by source and number."""
    rows = CaseReport.objects.filter(unit=unit).select_related("original")
    return {(case.source, case.external_id): case for case in rows}


def last_lookup(unit: Unit) -> dict[str, Any]:
    """The names for placeholders of the last applied import of the unit that brought some."""
    rows = CaseImport.objects.filter(unit=unit, state=CaseImport.State.APPLIED)
    for found in rows.order_by("-pk").values_list("lookup", flat=True)[:50]:
        if found:
            lookup: dict[str, Any] = found
            return lookup
    return {}


def record_of(incident: Incident) -> CaseRecord:
    """An incident of ours as a neutral record. No person is named in it."""
    found = empty_record("assay")
    found["form"], found["kind"] = "incident", "incident"
    found["external_id"] = incident.reference
    found["title"], found["summary"], found["language"] = incident.title, incident.summary, "eng"
    moments = {
        "occurred": incident.occurred_at,
        "detected": incident.detected_at,
        "resolved": incident.resolved_at,
    }
    found["dates"] = {
        name: at.strftime("%Y-%m-%dT%H:%M:%SZ") for name, at in moments.items() if at is not None
    }
    found["precision"] = "DATE" if incident.occurred_at else ""
    version, system = incident.model_version, incident.system
    if version is not None:
        found["artifacts"].append({"type": "Model", "name": str(version)})
    if system is not None:
        found["artifacts"].append({"type": "System", "name": system.name})
    found["severities"] = [
        {"scheme": "own", "value": incident.severity, "reason": incident.severity_reason}
    ]
    return found
