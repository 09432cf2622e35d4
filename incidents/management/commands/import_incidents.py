"""Import reports of others from a file or a folder."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from incidents.actions.cases import MAX_FILES, apply_import, plan_import
from incidents.exchange.decoding import MAX_BYTES
from incidents.models import CaseImport
from ledger.errors import Refused

ENDINGS = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")


class Command(BaseCommand):
    """``manage.py import_incidents PATH --unit ID --as ADDRESS [--licence TEXT] [--dry-run]``"""

    help = "Import AVID reports, ATLAS case studies and exports of Assay from a file or folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--unit", type=int, required=True, help="number of the unit")
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who imports")
        parser.add_argument("--licence", default="", help="licence of the reports")
        parser.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if by is None:
            raise CommandError(_("Nobody active has this e-mail address."))
        unit = units_where(by, Permission.RECORD_VIEW).filter(pk=options["unit"]).first()
        if unit is None:
            raise CommandError(_("This person sees no unit of that number."))
        try:
            with transaction.atomic():
                batch = self._import(by, unit, options)
                transaction.set_rollback(options["dry_run"])
        except (Refused, PermissionDenied, OSError) as error:
            raise CommandError(str(error)) from error
        self._tell(batch, dry=options["dry_run"])

    def _import(self, by: User, unit: Unit, options: dict[str, Any]) -> CaseImport:
        files = list(_files(options["path"]))
        batch = plan_import(by=by, unit=unit, files=files, licence=options["licence"])
        return batch if options["dry_run"] else apply_import(by=by, batch=batch)

    def _tell(self, batch: CaseImport, *, dry: bool) -> None:
        for row in batch.plan["reports"]:
            lost = len(row["unmapped"])
            note = _(" (%(n)s parts have no place here)") % {"n": lost} if lost else ""
            self.stdout.write(f"{row['change']}: {row['source']} {row['external_id']}{note}")
        for problem in batch.plan["problems"]:
            self.stderr.write(f"{problem['file']}: {problem['text']}")
        said = _("%(n)s reports planned.") if dry else _("%(n)s reports imported.")
        self.stdout.write(said % {"n": len(batch.plan["reports"])})


def _files(path: Path) -> list[tuple[str, bytes]]:
    """The files to read, by name; of a folder those of known endings, in all its folders."""
    if not path.exists():
        raise Refused(_("There is no file or folder of that name."), field="path")
    found = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    chosen = [one for one in found if path.is_file() or one.suffix.lower() in ENDINGS]
    if len(chosen) > MAX_FILES:
        raise Refused(_("Import at most 5,000 files at once."), field="path")
    return [(one.name, _bytes(one)) for one in chosen]


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
