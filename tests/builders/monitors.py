"""Monitors and their windows, made by the real actions."""

import datetime as dt
from typing import Any

from evaluations.actions import add_monitor, dispatch, weigh_windows
from evaluations.models import Monitor, MonitorWindow, Proposal
from jobs.testing import run_all
from models_registry.models import DatasetVersion
from tests.builders.evaluations import as_csv, cancer, roles
from tests.builders.models_registry import new_dataset, version
from tests.world import World

PATTERN = "%Y-%m-%d %H:%M"


def new_monitor(world: World, **values: Any) -> Monitor:
    """An hourly monitor of one check on uploads called "scored"."""
    wanted: dict[str, Any] = {
        "name": "Hourly scores", "source": "uploads", "place": "scored", "pattern": PATTERN,
        "every_minutes": 60, "watermark_minutes": 10, "checks": ["perf.classification"],
        "roles": roles(), "params": {"perf.classification": {"min_accuracy": 0.9}}, **values,
    }  # fmt: skip
    since = wanted.pop("since", None)
    return add_monitor(by=world.engineer, version=version(world), values=wanted, since=since)


def monitor(world: World) -> Monitor:
    """One hourly monitor."""
    return world.once("monitor", lambda: new_monitor(world))


def upload(
    world: World, start: dt.datetime, *, more: str = "", part: str = "current", **cut: int
) -> DatasetVersion:
    """The table of the window that begins at ``start``; ``cut`` chooses rows."""
    table = cancer()[part].iloc[cut.get("first", 0) : cut.get("last", 285)]
    label = start.strftime(PATTERN) + more
    return new_dataset(world, label, name="scored", table=as_csv(table), role="production")


def tick(world: World, now: dt.datetime) -> list[MonitorWindow]:
    """One tick of the dispatcher at ``now``, with all jobs done. Returns all windows."""
    dispatch(by=world.service, now=now)
    run_all()
    return list(MonitorWindow.objects.order_by("start", "merged"))


def looked_at(world: World) -> Monitor:
    """A monitor with two windows: one with a table, one where none arrived."""

    def make() -> Monitor:
        made = monitor(world)
        start = made.cursor
        upload(world, start)
        tick(world, start + dt.timedelta(hours=2, minutes=10))
        return Monitor.objects.get(pk=made.pk)

    return world.once("looked_at_monitor", make)


def proposed(world: World) -> Proposal:
    """The proposal of a monitor whose only window failed on accuracy."""

    def make() -> Proposal:
        made = new_monitor(
            world,
            name="Strict",
            place="strict",
            params={"perf.classification": {"min_accuracy": 0.9999}},
        )
        table = cancer()["current"].copy()
        table["y_pred"] = 1 - table["y_true"]
        label = made.cursor.strftime(PATTERN)
        new_dataset(world, label, name="strict", table=as_csv(table), role="production")
        tick(world, made.next_at)
        weigh_windows(by=world.service)
        return Proposal.objects.get(monitor=made)

    return world.once("proposed", make)
