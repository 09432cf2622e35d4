"""``manage.py sweep_vault``: remove what killed uploads left behind."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from vault.actions import sweep


class Command(BaseCommand):
    help = "Removes parts of uploads that were interrupted more than a day ago."

    def handle(self, *args: Any, **options: Any) -> None:
        count = sweep()
        self.stdout.write(
            ngettext("%d unfinished upload removed", "%d unfinished uploads removed", count) % count
        )
