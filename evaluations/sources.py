"""Where the tables of a monitor come from: files of an allowed folder, and uploads."""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from evaluations.models import Monitor, MonitorWindow
from ledger.errors import Refused
from models_registry.models import DatasetVersion


@dataclass(frozen=True)
class Found:
    """The data of a window: a table that is known or a file; ``stamp`` changes when they do."""

    stamp: str
    table: int = 0
    path: Path | None = None


def folders_of(unit: int) -> list[str]:
    """The folders that monitors of a unit may read, as the setting MONITOR_FOLDERS names them."""
    return [path for number, path in settings.MONITOR_FOLDERS if number == unit]


def check_place(unit: int, source: str, place: str, pattern: str) -> None:
    """Refuse a folder that is not allowed and a pattern that leaves it or has no time in it."""
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


def find(window: MonitorWindow) -> Found | None:
    """The data of a window now, or None while there are none."""
    monitor = window.monitor
    name = window.start.astimezone(dt.UTC).strftime(monitor.pattern)
    if monitor.source == Monitor.Source.FOLDER:
        return _file(monitor, name)
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
    folder = Path(monitor.place).resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        return None
    known = path.stat()
    return Found(stamp=f"{known.st_mtime_ns} {known.st_size}", path=path)
