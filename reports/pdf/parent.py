"""One document to one PDF in a fresh process."""

import json
from collections.abc import Callable

from reports.pdf.job import Rendered, RenderError, RenderJob
from reports.pdf.process import Answer, ask


def render(job: RenderJob, on_beat: Callable[[float], None] | None = None) -> Rendered:
    """Render `job`. `on_beat` as in ``reports.pdf.process.ask``. Raises RenderError."""
    if len(job.html) > job.limits.html_bytes:
        raise RenderError("too-large", f"{len(job.html)} characters of HTML")
    wall = job.limits.wall_seconds
    return _answer(ask("reports.pdf.child", job.to_bytes(), wall_seconds=wall, on_beat=on_beat))


def _answer(answer: Answer) -> Rendered:
    line, _, pdf = answer.out.partition(b"\n")
    if not line:
        raise RenderError(answer.death, f"exit status {answer.status}: {answer.tail}")
    head = json.loads(line)
    if "error" in head:
        raise RenderError(head["error"], head["detail"])
    return Rendered(pdf, head["pages"], head["cpu"], head["peak"], tuple(head["blocked"]))
