"""manage.py import_external: import a result file of another evaluation tool."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from evaluations.actions import import_result
from evaluations.queries import versions_to_check
from ledger.errors import Refused


class Command(BaseCommand):
    """Keep and read a file; the jobs' worker judges its figures."""

    help = "Import what lm-eval, Inspect, garak, Promptfoo, HELM or MLflow wrote."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who imports it")
        parser.add_argument("--model-version", type=int, required=True)
        parser.add_argument("--limit", action="append", default=[], help='such as "acc >= 0.7"')

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if by is None:
            raise CommandError("No such person.")
        version = versions_to_check(by).filter(pk=options["model_version"]).first()
        if version is None:
            raise CommandError("No such version that this person may check.")
        try:
            with options["file"].open("rb") as stream:
                result = import_result(
                    by=by, version=version, stream=stream, file_name=options["file"].name,
                    limits=options["limit"],
                )  # fmt: skip
        except (Refused, PermissionDenied, OSError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{result} {result.get_absolute_url()} SHA-256 {result.file.digest}")
        for line in (*result.notes, *(f"not understood: {what}" for what in result.ignored)):
            self.stdout.write(line)
