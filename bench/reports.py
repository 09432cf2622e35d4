"""What printed reports cost. Prints ``name | measured | budget | ratio`` lines.

Run from the project folder: ``python -m bench reports``. The large report takes minutes;
``python -m bench.reports --small`` leaves it out.
"""

import copy
import io
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

import pikepdf  # noqa: E402
from django.conf import settings  # noqa: E402

from reports.parts import body_plans  # noqa: E402
from reports.pdf.job import Rendered  # noqa: E402
from reports.printing import print_snapshot  # noqa: E402
from reports.shape import Snapshot  # noqa: E402
from tests.reports.snapshots import snapshot  # noqa: E402

BUDGET_COLD_CPU, BUDGET_EDITED_S, BUDGET_TEMPLATE_MS = 12.0, 4.0, 800.0
BUDGET_KIB_PER_PAGE = 16.0
BUDGET_LARGE_WALL, BUDGET_WORKER_MIB, BUDGET_JOINER_MIB = 80.0, 200.0, 400.0
PARAGRAPH = (
    "The team reviewed the documented procedure and found that evaluation figures, including "
    "calibration error, performance by slice and drift limits, were recorded before release. "
)


def some_fifty_pages() -> Snapshot:
    """All 72 answered with three paragraphs each, and 200 files in the evidence index."""
    found: Snapshot = snapshot(answered=72, evidence=200)
    for function in found["functions"]:
        for category in function["categories"]:
            for answer in category["answers"]:
                answer["text"] = "\n\n".join([PARAGRAPH * 3] * 3)
    return found


def edited(frozen: Snapshot) -> Snapshot:
    """The same with one answer of one function written anew."""
    found = copy.deepcopy(frozen)
    found["functions"][2]["categories"][0]["answers"][0]["text"] = "Rewritten this morning."
    return found


def some_580_pages() -> Snapshot:
    """Eleven times the functions, as of eleven systems, and 5,000 files."""
    found = some_fifty_pages()
    found["evidence"] = snapshot(answered=0, evidence=5000)["evidence"]
    functions = []
    for number in range(11):
        for function in copy.deepcopy(snapshot(answered=72)["functions"]):
            function["key"] = f"{function['key']}-{number + 1}"
            for category in function["categories"]:
                category["key"] = f"{category['key']}-{number + 1}"
                for answer in category["answers"]:
                    answer["key"] = f"{answer['key']}-{number + 1}"
                    answer["text"] = "\n\n".join([PARAGRAPH * 3] * 3)
            functions.append(function)
    found["functions"] = functions
    return found


def line(name: str, measured: float, budget: float, unit: str) -> bool:
    """Print one figure; whether it is within its budget."""
    print(f"{name} | {measured:.2f} {unit} | {budget:.2f} {unit} | {measured / budget:.2f}")
    return measured <= budget


def timed(frozen: Snapshot) -> tuple[Rendered, float]:
    """The PDF and the seconds on the clock."""
    started = time.perf_counter()
    made = print_snapshot(frozen)
    return made, time.perf_counter() - started


def small() -> list[bool]:
    """Cold on one core, again from kept parts, and with one section edited."""
    settings.REPORT_WORKERS = 1
    frozen = some_fifty_pages()
    started = time.process_time()
    body_plans(frozen)
    template_ms = (time.process_time() - started) * 1000
    cold, _wall = timed(frozen)
    again, _wall = timed(frozen)
    assert again.pdf == cold.pdf, "the same snapshot gave other bytes"
    changed, wall = timed(edited(frozen))
    with pikepdf.open(io.BytesIO(cold.pdf)) as pdf:
        pages = len(pdf.pages)
    about = f"{pages} pages, {cold.parts} parts"
    return [
        line(f"reports: cpu cold, {about}", cold.cpu_seconds, BUDGET_COLD_CPU * pages / 53, "s"),
        line(f"reports: wall, one section edited ({changed.laid_out} laid out)", wall,
             BUDGET_EDITED_S, "s"),
        line("reports: cpu, one section edited", changed.cpu_seconds, BUDGET_EDITED_S, "s"),
        line("reports: templates", template_ms, BUDGET_TEMPLATE_MS, "ms"),
        line("reports: size per page", len(cold.pdf) / 1024 / pages, BUDGET_KIB_PER_PAGE, "KiB"),
    ]  # fmt: skip


def large() -> list[bool]:
    """Some 580 pages on two workers."""
    settings.REPORT_WORKERS = 2
    made, wall = timed(some_580_pages())
    about = f"{made.pages} pages, {made.parts} parts"
    return [
        line(f"reports: wall cold, {about}", wall, BUDGET_LARGE_WALL * made.pages / 578, "s"),
        line("reports: cpu, all processes", made.cpu_seconds, 2 * BUDGET_LARGE_WALL, "s"),
        line("reports: largest worker", made.peak_mib, BUDGET_WORKER_MIB, "MiB"),
        line(
            "reports: joining process", made.joiner_mib, BUDGET_JOINER_MIB * made.pages / 578, "MiB"
        ),
    ]


def main() -> int:
    """Measure once; 1 when a budget is broken."""
    folder = tempfile.mkdtemp(prefix="assay-bench-")
    settings.REPORT_PARTS = Path(folder)
    try:
        kept = small() if "--small" in sys.argv else [*small(), *large()]
    finally:
        shutil.rmtree(folder)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
