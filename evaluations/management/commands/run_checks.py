"""manage.py run_checks: start checks on a model version."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from evaluations.actions import start_checks
from evaluations.columns import guess_roles
from evaluations.queries import tables_to_check, versions_to_check
from ledger.errors import Refused
from models_registry.reading.profile import TableProfile


class Command(BaseCommand):
    """Start checks; the jobs' worker computes them."""

    help = "Start checks on a model version. Roles of columns are guessed where none are given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("checks", nargs="+", help="ids such as drift or perf.classification")
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who starts them")
        parser.add_argument("--model-version", type=int, required=True)
        parser.add_argument("--current", type=int, required=True, help="number of the table")
        parser.add_argument("--reference", type=int, help="number of the reference table")
        parser.add_argument("--roles", type=json.loads, default={}, help="JSON; overrides guesses")
        parser.add_argument("--params", type=json.loads, default={}, help="JSON by check id")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if by is None:
            raise CommandError("No such person.")
        version = versions_to_check(by).filter(pk=options["model_version"]).first()
        tables = {t.pk: t for t in tables_to_check(by).defer(None)
                  .filter(pk__in=[options["current"], options["reference"] or 0])}  # fmt: skip
        current, reference = tables.get(options["current"]), tables.get(options["reference"])
        if version is None or current is None or (options["reference"] and reference is None):
            raise CommandError("No such version or table that this person may check.")
        roles = {**guess_roles(TableProfile.from_json(current.profile)), **options["roles"]}
        try:
            runs = start_checks(
                by=by, version=version, current=current, reference=reference,
                roles=roles, checks=options["checks"], params=options["params"],
            )  # fmt: skip
        except (Refused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        for run in runs:
            self.stdout.write(f"{run.reference_number} {run.check_name}")
