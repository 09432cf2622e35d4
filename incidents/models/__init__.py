"""Incidents and everything that belongs to their response."""

from incidents.models.cases import CaseImport, CaseReport, NotSimilar
from incidents.models.clocks import (
    Fact,
    IncidentFact,
    Notice,
    NotificationClock,
    Reminder,
    Submission,
)
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
    "CaseImport",
    "CaseReport",
    "Fact",
    "Incident",
    "IncidentFact",
    "IncidentQuerySet",
    "NotSimilar",
    "Notice",
    "NotificationClock",
    "Reminder",
    "Severity",
    "Submission",
    "TimelineEntry",
    "TimelineEntryQuerySet",
]
