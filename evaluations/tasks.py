"""Running a check as a job: claim, compute in a child, record."""

from collections.abc import Callable

from celery import shared_task

from accounts.models import User
from evaluations import states
from evaluations.actions import (
    RUN_JOB,
    WINDOW_JOB,
    begin_run,
    break_run,
    close_abandoned,
    dispatch,
    look_at,
    record_result,
    weigh_windows,
)
from evaluations.computing import CheckBroke, compute
from evaluations.models import CheckRun, MonitorWindow
from jobs.registry import JobContext, handler


@handler(RUN_JOB, lease_seconds=60, limit_seconds=600, max_attempts=3)
def run_check(ctx: JobContext) -> None:
    """Compute one run; a second delivery of the same job finds nothing to do."""
    known = CheckRun.objects.select_related(
        "current", "reference", "model_version__model", "window", "external"
    )
    run = known.get(pk=ctx.arguments["run"])
    answer = None
    broke = ""
    if run.state in states.OPEN:
        begin_run(by=ctx.by, run=run)
        try:
            answer = compute(run, _tick(ctx))
        except CheckBroke as error:
            broke = str(error)
    with ctx.finish() as done:
        if answer is not None:
            record_result(by=ctx.by, run=run, answer=answer)
        elif broke:
            break_run(by=ctx.by, run=run, reason=broke)
        done.result = run.get_absolute_url()


@handler(WINDOW_JOB, lease_seconds=120, limit_seconds=600, max_attempts=3)
def look_at_window(ctx: JobContext) -> None:
    """Read the data of a window and start its checks; done twice, it is done once."""
    windows = MonitorWindow.objects.select_related(
        "monitor__model_version__model__unit", "monitor__reference"
    )
    window = windows.get(pk=ctx.arguments["window"])
    look_at(by=ctx.by, window=window)
    with ctx.finish() as done:
        done.result = window.monitor.get_absolute_url()


def _tick(ctx: JobContext) -> Callable[[str], None]:
    def tick(line: str) -> None:
        percent, _, message = line.partition(" ")
        ctx.progress(int(percent) if percent.isdecimal() else 1, message or "Starting the engine")

    return tick


@shared_task(name="evaluations.sweep", ignore_result=True)
def sweep() -> None:
    close_abandoned(by=User.objects.service())
    weigh_windows(by=User.objects.service())


@shared_task(name="evaluations.dispatch", ignore_result=True)
def dispatch_windows() -> None:
    dispatch(by=User.objects.service())
