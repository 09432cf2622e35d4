"""Incidents and everything that belongs to their response."""

from incidents.models.incidents import (
    SEVERITY_MEANING,
    TITLE_LENGTH,
    Incident,
    IncidentQuerySet,
    Severity,
)
from incidents.models.timeline import TimelineEntry, TimelineEntryQuerySet

__all__ = [
    "SEVERITY_MEANING",
    "TITLE_LENGTH",
    "Incident",
    "IncidentQuerySet",
    "Severity",
    "TimelineEntry",
    "TimelineEntryQuerySet",
]
