"""``manage.py load_catalogue``: the AI RMF in our own words, and what ships beside it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from frameworks.actions import load_catalogue, load_references
from frameworks.catalogue import read_catalogue
from frameworks.references import read_references


class Command(BaseCommand):
    help = "Load AI RMF 1.0 (own words), crosswalks, profile and obligations. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the fixture, check its structure and store what is new."""
        folder = settings.BASE_DIR / "fixtures" / "frameworks"
        by, catalogue = User.objects.service(), read_catalogue(folder)
        version = load_catalogue(by=by, catalogue=catalogue)
        self.stdout.write(f"{version}: {len(catalogue.nodes)} nodes")
        loaded = load_references(by=by, references=read_references(folder))
        self.stdout.write(
            f"New or changed: {loaded.crosswalks} crosswalks, {loaded.frameworks} frameworks, "
            f"{loaded.profiles} profiles, {loaded.packs} obligation packs"
        )
