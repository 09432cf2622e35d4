"""Jobs that exist only to be interrupted."""

import io
import time

from accounts.actions import create_unit
from jobs.context import JobContext
from jobs.registry import handler
from vault.actions import store

KIND = "tests.interruptible"
STEPS = 6


@handler(KIND, lease_seconds=1, max_attempts=10_000)
def interruptible(ctx: JobContext) -> None:
    """Works a while, then leaves exactly one unit and one file behind."""
    number = ctx.arguments["number"]
    for step in range(STEPS):
        ctx.progress(step * 100 // STEPS, f"Step {step}")
        time.sleep(ctx.arguments.get("step_seconds", 0.05))
    text = f"report {number}".encode()
    with ctx.finish() as done:
        file = store(io.BytesIO(text), media_type="text/plain", by=ctx.by, why="a report")
        create_unit(by=ctx.by, name=f"made by {number}")
        done.result = file.digest
