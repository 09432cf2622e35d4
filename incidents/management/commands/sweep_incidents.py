"""Open incidents for failed checks now instead of at the next beat."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from incidents.actions import sweep_failed_runs


class Command(BaseCommand):
    """``manage.py sweep_incidents``"""

    help = "Give every failed check run its incident."

    def handle(self, *args: Any, **options: Any) -> None:
        count = sweep_failed_runs()
        self.stdout.write(
            ngettext("%(n)d failed run taken up.", "%(n)d failed runs taken up.", count)
            % {"n": count}
        )
