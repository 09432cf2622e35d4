"""Every write of evaluations."""

from evaluations.actions.external import declare_limits, import_result
from evaluations.actions.files import check_file
from evaluations.actions.monitors import (
    EDITABLE,
    WINDOW_JOB,
    add_monitor,
    dispatch,
    edit_monitor,
    look_at,
    merge_windows,
    move_monitor,
    schedule_of,
)
from evaluations.actions.pairs import pair_runs
from evaluations.actions.proposals import decide_proposal, weigh_windows
from evaluations.actions.runs import (
    RUN_JOB,
    Replay,
    begin_run,
    break_run,
    new_seed,
    record_result,
    replay_run,
    results_digest,
    start_checks,
)
from evaluations.actions.stopping import cancel_run, close_abandoned

__all__ = [
    "EDITABLE",
    "RUN_JOB",
    "WINDOW_JOB",
    "Replay",
    "add_monitor",
    "begin_run",
    "break_run",
    "cancel_run",
    "check_file",
    "close_abandoned",
    "decide_proposal",
    "declare_limits",
    "dispatch",
    "edit_monitor",
    "import_result",
    "look_at",
    "merge_windows",
    "move_monitor",
    "new_seed",
    "pair_runs",
    "record_result",
    "replay_run",
    "results_digest",
    "schedule_of",
    "start_checks",
    "weigh_windows",
]
