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
    IncidentReader,
    OfIncident,
    OfIncidentQuerySet,
    Severity,
)
from incidents.models.response import Containment
from incidents.models.signals import KINDS, Observation, Signal, SignalRule
from incidents.models.timeline import TimelineEntry

__all__ = [
    "KINDS",
    "SEVERITY_MEANING",
    "TITLE_LENGTH",
    "CaseImport",
    "CaseReport",
    "Containment",
    "Fact",
    "Incident",
    "IncidentFact",
    "IncidentQuerySet",
    "IncidentReader",
    "NotSimilar",
    "Notice",
    "NotificationClock",
    "Observation",
    "OfIncident",
    "OfIncidentQuerySet",
    "Reminder",
    "Severity",
    "Signal",
    "SignalRule",
    "Submission",
    "TimelineEntry",
]
