"""``manage.py load_catalogue``: the AI RMF in our own words, from fixtures/frameworks."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from frameworks.actions import load_catalogue
from frameworks.catalogue import read_catalogue


class Command(BaseCommand):
    help = "Load the AI RMF 1.0 catalogue (own words). Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the fixture, check its structure and store what is new."""
        catalogue = read_catalogue(settings.BASE_DIR / "fixtures" / "frameworks")
        version = load_catalogue(by=User.objects.service(), catalogue=catalogue)
        self.stdout.write(f"{version}: {len(catalogue.nodes)} nodes")
