"""``manage.py load_references``: crosswalks, profile and obligations, from fixtures/frameworks."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from frameworks.actions import load_references
from frameworks.references import read_references
from ledger.errors import Refused


class Command(BaseCommand):
    help = "Load what ships beside the AI RMF catalogue. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the fixtures, check every identifier and store what is new."""
        references = read_references(settings.BASE_DIR / "fixtures" / "frameworks")
        try:
            loaded = load_references(by=User.objects.service(), references=references)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(
            f"New or changed: {loaded.crosswalks} crosswalks, {loaded.frameworks} frameworks, "
            f"{loaded.profiles} profiles, {loaded.packs} obligation packs"
        )
