"""Every write about incidents. Each leaves a line in the timeline."""

from incidents.actions.common import impossible
from incidents.actions.declaring import declare_incident
from incidents.actions.notes import add_note
from incidents.actions.opening import fingerprint_of, open_for_failed_run, sweep_failed_runs
from incidents.actions.steps import advance, change_severity, name_commander

__all__ = [
    "add_note",
    "advance",
    "change_severity",
    "declare_incident",
    "fingerprint_of",
    "impossible",
    "name_commander",
    "open_for_failed_run",
    "sweep_failed_runs",
]
