"""How much a printed report costs. Prints ``name | measured | budget | ratio`` lines.

Run from the project folder: ``./run bench`` or ``python -m bench.pdf``.
"""

import io
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

import pikepdf  # noqa: E402

from reports.document import as_html  # noqa: E402
from reports.pdf.job import Rendered  # noqa: E402
from reports.printing import print_snapshot  # noqa: E402
from reports.shape import Snapshot  # noqa: E402
from tests.reports.snapshots import snapshot  # noqa: E402

BUDGET_CPU_50_PAGES = 12.0
BUDGET_MIB = 256.0
BUDGET_TEMPLATE_MS = 800.0
BUDGET_KIB_PER_PAGE = 14.0
PARAGRAPH = (
    "The team reviewed the documented procedure and found that evaluation figures, including "
    "calibration error, performance by slice and drift limits, were recorded before release. "
)


def fifty_pages() -> Snapshot:
    """All 72 answered with three paragraphs each, and 200 files in the evidence index."""
    found: Snapshot = snapshot(answered=72, evidence=200)
    for function in found["functions"]:
        for category in function["categories"]:
            for answer in category["answers"]:
                answer["text"] = "\n\n".join([PARAGRAPH * 3] * 3)
    return found


def line(name: str, measured: float, budget: float, unit: str) -> bool:
    """Print one figure; whether it is within its budget."""
    print(f"{name} | {measured:.2f} {unit} | {budget:.2f} {unit} | {measured / budget:.2f}")
    return measured <= budget


def main() -> int:
    """Measure once; 1 when a budget is broken."""
    frozen = fifty_pages()
    started = time.process_time()
    as_html(frozen)
    template_ms = (time.process_time() - started) * 1000
    made: Rendered = print_snapshot(frozen)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        pages = len(pdf.pages)
    per_50 = made.cpu_seconds * 50 / pages
    kept = [
        line(f"pdf: cpu of a tagged report, {pages} pages", made.cpu_seconds,
             BUDGET_CPU_50_PAGES * pages / 50, "s"),
        line("pdf: cpu for 50 pages", per_50, BUDGET_CPU_50_PAGES, "s"),
        line("pdf: largest process", made.peak_mib, BUDGET_MIB, "MiB"),
        line("pdf: templates", template_ms, BUDGET_TEMPLATE_MS, "ms"),
        line("pdf: size per page", len(made.pdf) / 1024 / pages, BUDGET_KIB_PER_PAGE, "KiB"),
    ]  # fmt: skip
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
