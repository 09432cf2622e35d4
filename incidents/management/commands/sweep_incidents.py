"""Open incidents for failed checks now instead of at the next beat."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from incidents.actions import sweep_failed_runs
from incidents.actions.observing import sweep_monitors


class Command(BaseCommand):
    """``manage.py sweep_incidents``"""

    help = "Give every failed check run its incident, and read what monitors found."

    def handle(self, *args: Any, **options: Any) -> None:
        count = sweep_failed_runs()
        self.stdout.write(
            ngettext("%(n)d failed run taken up.", "%(n)d failed runs taken up.", count)
            % {"n": count}
        )
        read = sweep_monitors(everything=True)
        self.stdout.write(
            ngettext("%(n)d run of a monitor read.", "%(n)d runs of monitors read.", read)
            % {"n": read}
        )
