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
from incidents.models.corrective import ActionNotice, CorrectiveAction
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
from incidents.models.keeping import Attachment, Pin
from incidents.models.playbooks import (
    ChosenPlaybook,
    Exposure,
    Harm,
    RollbackRecord,
    StepTick,
)
from incidents.models.postmortems import Learning, Postmortem, PublishedPostmortem
from incidents.models.response import Containment
from incidents.models.signals import KINDS, Observation, Signal, SignalRule
from incidents.models.timeline import TimelineEntry

__all__ = [
    "KINDS",
    "SEVERITY_MEANING",
    "TITLE_LENGTH",
    "ActionNotice",
    "Attachment",
    "CaseImport",
    "CaseReport",
    "ChosenPlaybook",
    "Containment",
    "CorrectiveAction",
    "Exposure",
    "Fact",
    "Harm",
    "Incident",
    "IncidentFact",
    "IncidentQuerySet",
    "IncidentReader",
    "Learning",
    "NotSimilar",
    "Notice",
    "NotificationClock",
    "Observation",
    "OfIncident",
    "OfIncidentQuerySet",
    "Pin",
    "Postmortem",
    "PublishedPostmortem",
    "Reminder",
    "RollbackRecord",
    "Severity",
    "Signal",
    "SignalRule",
    "StepTick",
    "Submission",
    "TimelineEntry",
]
