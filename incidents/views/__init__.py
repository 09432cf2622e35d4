"""Pages about incidents."""

from incidents.views.incidents import (
    IncidentList,
    incident_advance,
    incident_commander,
    incident_declare,
    incident_detail,
    incident_note,
    incident_severity,
)

__all__ = [
    "IncidentList",
    "incident_advance",
    "incident_commander",
    "incident_declare",
    "incident_detail",
    "incident_note",
    "incident_severity",
]
