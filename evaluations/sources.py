"""Where the tables of a monitor come from: uploads, allowed folders and prefixes, connections."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from evaluations.connections import NAME, connections_of, rows_between
from evaluations.models import Monitor, MonitorWindow
from ledger.errors import Refused
from models_registry.models import DatasetVersion


@dataclass(frozen=True)
class Found:
    """The data of a window; ``stamp`` changes when they do.

    One of: a table that is known, the address of a file, a table of a connection.
    """

    stamp: str
    table: int = 0
    path: str = ""
    remote: str = ""


def folders_of(unit: int) -> list[str]:
    """The folders that monitors of a unit may read, as the setting MONITOR_FOLDERS names them."""
    return [path for number, path in settings.MONITOR_FOLDERS if number == unit]


def check_place(unit: int, source: str, place: str, pattern: str) -> None:
    """Refuse a folder that is not allowed and a pattern that leaves it or has no time in it."""
    if source == Monitor.Source.CONNECTION:
        _check_connection(unit, place, pattern)
        return
    moments = (dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC), dt.datetime(2027, 6, 7, tzinfo=dt.UTC))
    try:
        early, later = (moment.strftime(pattern) for moment in moments)
    except ValueError as error:
        raise Refused(_("This is no pattern of a time."), field="pattern") from error
    if not pattern or early == later:
        raise Refused(
            _("The pattern must name the window by its start, such as scores-%Y-%m-%d.csv."),
            code="bad-pattern",
            field="pattern",
        )
    if source != Monitor.Source.FOLDER:
        return
    if place not in folders_of(unit):
        raise Refused(
            _("Monitors of this unit may not read that folder. An operator allows folders."),
            code="folder-not-allowed",
            field="place",
        )
    if "\0" in early or os.path.isabs(early) or ".." in Path(early).parts:
        raise Refused(_("The pattern must stay inside the folder."), field="pattern")


def _check_connection(unit: int, place: str, pattern: str) -> None:
    if place not in connections_of(unit):
        raise Refused(
            _("Monitors of this unit may not read that connection. An operator names connections."),
            code="connection-not-allowed",
            field="place",
        )
    if not NAME.fullmatch(dt.datetime(2026, 1, 2, tzinfo=dt.UTC).strftime(pattern)):
        raise Refused(
            _("Name a table, such as scores or reporting.scores_%Y."),
            code="bad-pattern",
            field="pattern",
        )


def find(window: MonitorWindow) -> Found | None:
    """The data of a window now, or None while there are none."""
    monitor = window.monitor
    name = window.start.astimezone(dt.UTC).strftime(monitor.pattern)
    if monitor.source == Monitor.Source.FOLDER:
        return _file(monitor, name)
    if monitor.source == Monitor.Source.CONNECTION:
        # Asking again every minute would cost more than the checks: rows are read once.
        return Found(stamp="read once", remote=name)
    tables = DatasetVersion.objects.filter(
        unit_id=monitor.model_version.model.unit_id,
        name__iexact=monitor.place,
        label__startswith=name,
    )
    newest = tables.order_by("-pk").values_list("pk", "fingerprint").first()
    return Found(stamp=f"{newest[0]} {newest[1]}", table=newest[0]) if newest else None


def _file(monitor: Monitor, name: str) -> Found | None:
    """A regular file below the folder; whatever leads out of it counts as absent."""
    if monitor.place not in folders_of(monitor.model_version.model.unit_id):
        return None
    if "://" in monitor.place:
        return _object(f"{monitor.place}/{name}")
    folder = Path(monitor.place).resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        return None
    known = path.stat()
    return Found(stamp=f"{known.st_mtime_ns} {known.st_size}", path=str(path))


def _object(address: str) -> Found | None:
    store, path = _store(address)
    known = store.get_file_info(path)
    if not known.is_file:
        return None
    return Found(stamp=f"{known.mtime_ns} {known.size}", path=address)


def _store(address: str) -> Any:
    """The store and the path in it; who may read it is said by the environment, as its tools do.

    Raises Refused when the store is not known or does not answer.
    """
    try:
        return import_module("pyarrow.fs").FileSystem.from_uri(address)
    except (OSError, ValueError, ImportError) as error:
        raise Refused(_("The object store did not answer."), code="no-store") from error


@contextmanager
def opened(found: Found, window: MonitorWindow) -> Iterator[tuple[IO[bytes], str]]:
    """The bytes of a file or of a connection's rows, with a file name. Raises Refused."""
    if found.remote:
        monitor = window.monitor
        span = (window.start, window.end)
        with rows_between(monitor.place, found.remote, monitor.time_column, *span) as (
            file, ending,
        ):  # fmt: skip
            yield file, f"rows{ending}"
    elif "://" in found.path:
        store, path = _store(found.path)
        with store.open_input_stream(path) as stream:
            yield stream, os.path.basename(path)
    else:
        with Path(found.path).open("rb") as stream:
            yield stream, os.path.basename(found.path)
