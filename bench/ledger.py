"""What the ledger costs: a write against a plain save, sealing, and verifying a million events.

    python -m bench.ledger [EVENTS]

Works on a database of its own in a temporary folder. Budgets: a ledger write takes at most 2.1
times the CPU of a plain save; 1,000,000 events verify in under 60 s and 200 MB. CPU seconds are
printed beside wall seconds: on a busy machine only they mean anything.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("ASSAY_HOME", tempfile.mkdtemp(prefix="assay-bench-"))

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Unit, User  # noqa: E402
from ledger.actions import action, columns_of, seal  # noqa: E402
from ledger.canonical import canonical  # noqa: E402
from ledger.models import Event, Op  # noqa: E402
from ledger.verification import verify as verify_ledger  # noqa: E402

ROUNDS, EACH = 15, 40


def main() -> None:
    """Each part in a process of its own, so that its memory is its own."""
    parts = {"writes": writes, "fill": fill, "verify": verify}
    if sys.argv[1:2] and sys.argv[1] in parts:
        parts[sys.argv[1]]()
        return
    for part in parts:
        words = [sys.executable, "-m", "bench.ledger", part, *(sys.argv[1:] or ["1000000"])]
        subprocess.run(words, check=True)


def writes() -> None:
    """CPU of an update through an action against the same update by a plain save."""

    call_command("migrate", verbosity=0)
    by = User.objects.service()
    unit = Unit(name="Bench", path="/b/")
    with action("bench.unit.made", by=by) as act:
        act.save(unit)

    def plain(number: int) -> None:
        unit.name = f"plain {number}"
        with transaction.atomic():
            models.Model.save(unit)

    def governed(number: int) -> None:
        unit.name = f"governed {number}"
        with action("bench.unit.renamed", by=by) as act:
            act.save(unit)

    costs = compare({"plain": plain, "governed": governed})
    with CaptureQueriesContext(connection) as queries:
        governed(-1)
    ratio = costs["governed"] / costs["plain"]
    body = len(Event.objects.latest("pk").body)
    print(
        f"plain save {costs['plain'] * 1e3:.2f} ms CPU, governed {costs['governed'] * 1e3:.2f} ms, "
        f"ratio {ratio:.2f} (budget 2.1), {len(queries)} statements, body {body} B"
    )


def compare(works: dict[str, Callable[[int], None]]) -> dict[str, float]:
    """CPU seconds per call, the median over rounds in which the candidates take turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            started = time.process_time()
            for number in range(EACH):
                work(turn * EACH + number)
            if turn:  # the first round warms up
                times[name].append((time.process_time() - started) / EACH)
    return {name: median(values) for name, values in times.items()}


def fill() -> None:
    """Events as actions write them, in bulk; sealed as they come."""

    count, batch, spent = int(sys.argv[2]), 10_000, 0.0
    at, old, new = timezone.now(), {"text": "o" * 250}, {"text": "n" * 250, "version": 2}
    for start in range(0, count, batch):
        events = []
        for number in range(start, min(count, start + batch)):
            event = Event(
                at=at,
                actor="accounts.user:1",
                action="bench.answer.noted",
                op=Op.NOTE,
                subject=f"bench.answer:{number % 50_000}",
                correlation="request:00000000-0000-0000-0000-000000000000",
            )
            event.body = canonical(columns_of(event) | {"old": old, "new": new}).decode()
            events.append(event)
        Event.objects.bulk_create(events, batch_size=2000)
        started = time.process_time()
        seal()
        spent += time.process_time() - started
    print(f"sealed {count:,} events, {count / spent:,.0f} per CPU second, body {len(event.body)} B")


def verify() -> None:
    """Time and memory of a whole verification."""

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.monotonic(), time.process_time()
    report = verify_ledger()
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(path.stat().st_size for path in Path(settings.HOME).glob("assay.sqlite3*"))
    figures = {
        "events": report.events,
        "checkpoints": report.checkpoints,
        "intact": report.intact,
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "peak_MB": peak // 1024,
        "of_which_start_MB": before // 1024,
        "database_MB": size // 1_000_000,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
