"""Every write of evaluations."""

from evaluations.actions.external import declare_limits, import_result
from evaluations.actions.files import check_file
from evaluations.actions.monitors import (
    WINDOW_JOB,
    add_monitor,
    dispatch,
    look_at,
    merge_windows,
    move_monitor,
    schedule_of,
)
from evaluations.actions.pairs import pair_runs
from evaluations.actions.runs import (
    RUN_JOB,
    Replay,
    begin_run,
    break_run,
    close_abandoned,
    new_seed,
    record_result,
    replay_run,
    results_digest,
    start_checks,
)

__all__ = [
    "RUN_JOB",
    "WINDOW_JOB",
    "Replay",
    "add_monitor",
    "begin_run",
    "break_run",
    "check_file",
    "close_abandoned",
    "declare_limits",
    "dispatch",
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
]
