"""manage.py import_models: bring an inventory, a registry or a folder of cards into a unit."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from ledger.errors import Refused
from models_registry.actions.import_plan import plan_import
from models_registry.actions.imports import import_at_once
from models_registry.import_words import is_ready, plan_told
from models_registry.importing import sources
from models_registry.importing.manifest import LeftOut, Manifest
from models_registry.importing.mlflow_server import fetch
from models_registry.importing.opening import LARGEST_UPLOAD, REASONS, packed

_FORMATS = {
    "manifest": sources.MANIFEST,
    "cards": sources.CARDS,
    "mlflow": sources.MLFLOW_EXPORT,
}
_SIGNS = {"add": "create", "change": "update", "same": "unchanged", "refused": "refused"}


class Command(BaseCommand):
    """Import many records; see docs/importing.md."""

    help = "Import systems, models and versions; prints what changes. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="file, folder, archive, or address of an MLflow server")
        parser.add_argument("--unit", required=True, help="number or name of the unit")
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who imports")
        parser.add_argument("--dry-run", action="store_true", help="print the plan, write nothing")
        parser.add_argument(
            "--format", default="auto", choices=["auto", *_FORMATS], help="what the source holds"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._import(options)
        except (Refused, PermissionDenied, OSError) as error:
            raise CommandError(str(error)) from error

    def _import(self, options: dict[str, Any]) -> None:
        by, unit = _person_and_unit(options["email"], options["unit"])
        require(by, Permission.SYSTEM_EDIT, unit)
        data, label, left_out = _opened(options["source"])
        source, manifest = _read(options["source"], options["format"], data, label)
        manifest.left_out += left_out
        told = plan_told(plan_import(by=by, unit=unit, manifest=manifest), manifest)
        self._print(told)
        ready = sum(map(is_ready, told["lines"]))
        if options["dry_run"]:
            self.stdout.write(f"Dry run: nothing was written, {ready} records would be.")
            return
        if ready:
            found = import_at_once(
                by=by, unit=unit, source=source, label=label, data=data, manifest=manifest
            )
            self.stdout.write(f"{found.reference}: {ready} records written.")
        refused = told["counts"].get("refused", 0)
        if refused:
            raise CommandError(f"{refused} records were refused; see above.")
        if not ready:
            self.stdout.write("Nothing to change.")

    def _print(self, told: dict[str, Any]) -> None:
        for line in told["lines"]:
            if line["verdict"] == "same":
                continue
            self.stdout.write(f"{_SIGNS[line['verdict']]:9} {line['kind']} {line['name']}")
            for change in line["changes"]:
                old = f"{change['old'] or '–'} → " if line["verdict"] == "change" else ""
                self.stdout.write(f"            {change['label']}: {old}{change['new'] or '–'}")
            for problem in line["problems"]:
                self.stdout.write(f"            ! {problem['text']}")
        for out in told["left_out"]:
            self.stdout.write(f"left out  {out['place']}: {out['text']}")
        for note in told["notes"]:
            self.stdout.write(f"note      {note}")
        counts = ", ".join(f"{_SIGNS[k]} {n}" for k, n in sorted(told["counts"].items()))
        self.stdout.write(counts or "The source holds no records.")


def _person_and_unit(email: str, unit: str) -> tuple[User, Unit]:
    by = User.objects.filter(email__iexact=email, is_active=True).first()
    units = units_where(by, Permission.RECORD_VIEW) if by else Unit.objects.none()
    wanted = {"pk": int(unit)} if unit.isdecimal() and len(unit) < 19 else {"name": unit}
    found = list(units.filter(**wanted)[:2])
    if by is None or len(found) != 1:
        raise CommandError("No such person, or not exactly one such unit that he may see.")
    return by, found[0]


def _opened(name: str) -> tuple[bytes, str, list[LeftOut]]:
    """The bytes of the source, its name, and files of a folder that are not read."""
    if _is_address(name):
        return fetch(name), name, []
    path = Path(name)
    if path.is_dir():
        data, refused = packed(path)
        return data, path.name, [LeftOut(place, str(REASONS[code])) for place, code in refused]
    with path.open("rb") as file:
        data = file.read(LARGEST_UPLOAD + 1)
    if len(data) > LARGEST_UPLOAD:
        raise CommandError("The file has more than 50 MB.")
    return data, path.name, []


def _is_address(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def _read(name: str, wanted: str, data: bytes, label: str) -> tuple[str, Manifest]:
    with tempfile.NamedTemporaryFile(prefix="assay-import-") as spool:
        spool.write(data)
        spool.flush()
        path = Path(spool.name)
        if _is_address(name):
            source = sources.MLFLOW_SERVER
        else:
            source = _FORMATS.get(wanted) or sources.guess(label, path)
        return source, sources.read_source(source, path, label)
