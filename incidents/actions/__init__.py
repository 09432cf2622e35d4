"""Every write about incidents. Each leaves a line in the timeline."""

from incidents.actions.common import impossible
from incidents.actions.containing import contain, name_recovery_checks
from incidents.actions.declaring import declare_incident
from incidents.actions.merging import mark_duplicate, undo_duplicate
from incidents.actions.notes import add_note
from incidents.actions.opening import fingerprint_of, open_for_failed_run, sweep_failed_runs
from incidents.actions.roles import name_commander, name_liaison, name_scribe, set_access
from incidents.actions.steps import OVERRIDABLE, advance, change_severity

__all__ = [
    "OVERRIDABLE",
    "add_note",
    "advance",
    "change_severity",
    "contain",
    "declare_incident",
    "fingerprint_of",
    "impossible",
    "mark_duplicate",
    "name_commander",
    "name_liaison",
    "name_recovery_checks",
    "name_scribe",
    "open_for_failed_run",
    "set_access",
    "sweep_failed_runs",
    "undo_duplicate",
]
