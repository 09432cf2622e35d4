"""Say what holds of a printed report: file, signatures, snapshot, ledger, and what changed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.verification import verify

MARKS = {True: "holds", False: "FAILS", None: "note "}


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            body = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        verdict = verify(body)
        self.stdout.write(f"SHA-256 {verdict.digest}")
        for point in verdict.points:
            self.stdout.write(f"{MARKS[point.holds]}  {point.code}: {point.sentence}")
        if not verdict.holds:
            raise CommandError(verdict.sentence)
        self.stdout.write(verdict.sentence)
