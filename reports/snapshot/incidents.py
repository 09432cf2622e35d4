"""Incidents of the system with their timelines."""

from collections import defaultdict
from typing import Any

from incidents.models import Incident, TimelineEntry
from incidents.queries import incidents_for_report
from models_registry.models import AISystem
from reports.shape import IncidentPart, TimelinePart
from reports.snapshot.texts import moment, stamp, words


def incident_parts(system: AISystem, by: Any, run_anchors: dict[int, str]) -> list[IncidentPart]:
    """Open incidents first; two queries at any size.

    `run_anchors` maps the id of a check run that is printed to its place in the document.
    """
    about: Any = incidents_for_report(system)
    found = list(about.visible_to(by))
    lines = _timelines([incident.pk for incident in found])
    parts = [_incident(incident, lines[incident.pk], run_anchors) for incident in found]
    return sorted(parts, key=lambda part: not part["open"])


def _timelines(ids: list[int]) -> dict[int, list[TimelinePart]]:
    entries = TimelineEntry.objects.filter(incident__in=ids).select_related("author")
    lines: dict[int, list[TimelinePart]] = defaultdict(list)
    for entry in entries.order_by("happened_at", "pk"):
        lines[entry.incident_id].append(
            {
                "happened_at": stamp(entry.happened_at),
                "recorded_at": stamp(entry.recorded_at),
                "by": words(entry.author),
                "text": entry.text,
            }
        )
    return lines


def _incident(
    incident: Incident, lines: list[TimelinePart], run_anchors: dict[int, str]
) -> IncidentPart:
    run_id = incident.check_run_id
    return {
        "key": incident.key,
        "anchor": f"incident-{incident.pk}",
        "number": incident.reference,
        "title": incident.title,
        "state": incident.state,
        "open": incident.is_open,
        "severity": words(incident.get_severity_display()),
        "opened_at": stamp(incident.detected_at),
        "closed_at": moment(incident.closed_at),
        "summary": incident.summary,
        "version": words(incident.model_version),
        "run": incident.check_run.reference_number if incident.check_run else None,
        "run_anchor": None if run_id is None else run_anchors.get(run_id),
        "timeline": lines,
    }
