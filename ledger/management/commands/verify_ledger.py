"""``manage.py verify_ledger``: is everything as the actions left it?"""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ledger.actions import seal
from ledger.errors import LedgerDamaged
from ledger.verification import Report, verify
from ledger.verifier import Note, VerifierKey


class Command(BaseCommand):
    help = (
        "Compares events, signed checkpoints and live records with each other. "
        "Exit code 0: intact; 1: damaged; 2: an argument cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoint",
            action="append",
            default=[],
            metavar="FILE",
            help="a signed checkpoint that you kept elsewhere (repeatable)",
        )
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="NAME+HASH+KEY",
            help="a verifier key to trust beside the known ones (repeatable)",
        )
        parser.add_argument(
            "--read-only", action="store_true", help="do not seal the newest events first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outside = [Note.parse(Path(name).read_text()) for name in options["checkpoint"]]
            keys = [VerifierKey.parse(text) for text in options["key"]]
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        if not options["read_only"]:
            self._seal()
        report = verify(outside=outside, keys=keys)
        self._print(report)
        if not report.intact:
            sys.exit(1)

    def _seal(self) -> None:
        try:
            seal(complete=True)
        except LedgerDamaged as error:
            self.stderr.write(str(error))

    def _print(self, report: Report) -> None:
        for finding in report.findings:
            self.stdout.write(f"DAMAGED  {finding.sentence}")
        self.stdout.write(
            _("%(events)s events, %(checkpoints)s checkpoints, %(records)s live records compared")
            % vars(report)
        )
        if report.unsealed:
            self.stdout.write(_("%(unsealed)s events are not sealed yet") % vars(report))
        if report.uncompared:
            self.stdout.write(
                _("%(uncompared)s records cannot be compared: an upgrade removed their fields")
                % vars(report)
            )
        self.stdout.write(f"root {report.root}")
        self.stdout.write(_("intact") if report.intact else _("DAMAGED"))
