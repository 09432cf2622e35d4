"""``manage.py import_framework FILE --by EMAIL``: NIST's Playbook export."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from frameworks.actions import import_playbook
from frameworks.json_files import read_limited
from ledger.errors import Refused


class Command(BaseCommand):
    help = "Attach the official texts from NIST's AI RMF Playbook export (JSON)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file, and in whose name it is imported (default: the service account)."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="", help="e-mail address of the person importing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file, or say why not and change nothing."""
        path: Path = options["file"]
        try:
            by = User.objects.get(email=options["by"]) if options["by"] else User.objects.service()
            with path.open("rb") as stream:
                data = read_limited(stream)
            result = import_playbook(by=by, data=data, file_name=path.name)
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody has the address {options['by']}.") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except Refused as refused:
            raise CommandError(refused.message) from refused
        state = "imported" if result.changed else "unchanged"
        counts = ", ".join(f"{count} {name}" for name, count in result.counts.items())
        self.stdout.write(f"{state}: {counts}; unknown: {', '.join(result.unknown) or 'none'}")
