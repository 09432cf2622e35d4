"""Every write of evaluations."""

from evaluations.actions.files import check_file
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
    "Replay",
    "begin_run",
    "break_run",
    "check_file",
    "close_abandoned",
    "new_seed",
    "record_result",
    "replay_run",
    "results_digest",
    "start_checks",
]
