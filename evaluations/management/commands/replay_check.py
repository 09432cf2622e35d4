"""manage.py replay_check: judge a run's stored aggregates again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from evaluations.actions import replay_run
from evaluations.models import CheckRun
from ledger.errors import Refused


class Command(BaseCommand):
    """Judge a run again without its tables."""

    help = "Judge a finished run again from its stored aggregates and compare every figure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, help="number of the run")

    def handle(self, *args: Any, **options: Any) -> None:
        runs = CheckRun.objects.select_related("model_version__model", "aggregates")
        run = runs.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError("There is no such run.")
        try:
            replay = replay_run(by=User.objects.service(), run=run)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{replay.verdict}: {replay.headline}")
        if not replay.same:
            why = "the same code" if replay.code_is_the_same else "another version of the code"
            raise CommandError(f"The figures differ from those of the run, by {why}.")
        self.stdout.write("Every figure is the same.")
