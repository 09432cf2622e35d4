"""Windows of monitors with finished runs, as the engine leaves them, and what follows."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from evaluations.models import CheckRun, MetricResult, Monitor, MonitorWindow
from incidents.actions.observing import sweep_monitors
from incidents.actions.rules import enable_rule
from incidents.models import Signal, SignalRule
from incidents.queries.rules import replay_rule
from incidents.signals.deciding import Kind, Terms
from tests.builders.monitors import new_monitor
from tests.world import World

HOUR = dt.timedelta(hours=1)
# Two days ago at the full hour, whatever a test makes of the clock later.
START = timezone.now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=2)
BAD = {"f": "fail", "e": "error", "n": "error", "w": "warn", "g": "pass"}


def monitors(world: World, count: int, **values: Any) -> list[Monitor]:
    """Hourly monitors of drift, made once for each number."""
    return [new_monitor(world, name=f"Scores {i}", **values) for i in range(count)]


def stored(model: Any, rows: Iterable[Any]) -> list[Any]:
    """``rows`` stored at once and without events, for tests that need thousands of them."""
    return QuerySet(model).bulk_create(list(rows), batch_size=2_000)


def windows(
    monitor: Monitor, ends: Sequence[dt.datetime], said: str, *, check: str = "drift"
) -> list[CheckRun]:
    """A finished run for each letter of ``said``: good, failed, error, no data (n), warn."""
    known = {one.end: one for one in monitor.windows.filter(end__in=ends[:50])}
    new = [(end, letter) for end, letter in zip(ends, said, strict=True) if end not in known]
    made = stored(MonitorWindow, [_window(monitor, end, letter) for end, letter in new])
    known |= {one.end: one for one in made}
    return stored(
        CheckRun,
        [_run(monitor, known[end], letter, check) for end, letter in zip(ends, said, strict=True)],
    )


def hour(series: Sequence[Monitor], end: dt.datetime, said: Sequence[str]) -> None:
    """The window of each monitor that ends at ``end``, with its finished run of drift."""
    pairs = list(zip(series, said, strict=True))
    made = stored(MonitorWindow, [_window(monitor, end, letter) for monitor, letter in pairs])
    stored(
        CheckRun,
        [
            _run(monitor, window, letter, "drift")
            for (monitor, letter), window in zip(pairs, made, strict=True)
        ],
    )


def _window(monitor: Monitor, end: dt.datetime, letter: str) -> MonitorWindow:
    stamp = "none" if letter == "n" else "known"
    return MonitorWindow(monitor=monitor, start=end - HOUR, end=end, version=1, stamp=stamp)


def _run(monitor: Monitor, window: MonitorWindow, letter: str, check: str) -> CheckRun:
    verdict = BAD[letter]
    return CheckRun(
        model_version=monitor.model_version, check_name=check, window=window, version=1,
        family=uuid.uuid4(), state="error" if verdict == "error" else "done", verdict=verdict,
        headline="Drift found in 3 of 25 columns", finished_at=window.end,
    )  # fmt: skip


def slices(run: CheckRun, **said: str) -> None:
    """Judged figures of slices, by verdict."""
    MetricResult.objects.bulk_create(
        MetricResult(run=run, position=i, metric="accuracy", slice=part, n=100, verdict=verdict,
                     method="Newcombe", warn=0.1, fail=0.2)
        for i, (part, verdict) in enumerate(said.items())
    )  # fmt: skip


def told(monitor: Monitor, said: str, *, after: int = 0, check: str = "drift") -> list[CheckRun]:
    """Hourly windows from ``after`` hours on, swept one after the other."""
    found = []
    for i, letter in enumerate(said, start=after + 1):
        found += windows(monitor, [START + i * HOUR], letter, check=check)
        sweep_monitors()
    return found


def signal(world: World) -> Signal:
    """A signal with an open incident: three of four windows failed."""

    def make() -> Signal:
        (made,) = monitors(world, 1)
        told(made, "gffgf")
        return Signal.objects.get()

    made: Signal = world.once("signal", make)
    return made


def rule(world: World) -> SignalRule:
    """Lending opens for drift at two bad windows of three."""

    def make() -> SignalRule:
        signal(world)
        terms = Terms(2, 3)
        seen = replay_rule(world.lending, "drift", Kind.FAILED, terms).opened
        return enable_rule(
            by=world.owner, unit=world.lending, family="drift", kind="failed", terms=terms,
            would_open=seen, reason="Two of three are bad enough.",
        )  # fmt: skip

    made: SignalRule = world.once("signal_rule", make)
    return made
