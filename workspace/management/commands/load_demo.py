"""``manage.py load_demo``: the demonstration organisation in an empty database."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ledger.errors import Refused
from workspace.demo.organisation import PEOPLE, Demo, build


class Command(BaseCommand):
    """Makes the demonstration organisation and notes its log-ins in ASSAY_HOME."""

    help = "Create the demonstration organisation in an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                demo = build()
        except Refused as refused:
            raise CommandError(refused.message) from refused
        path = settings.HOME / "demo-login.txt"
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(_login(demo))
        self.stdout.write(_login(demo))


def _login(demo: Demo) -> str:
    lines = [f"{name}@lantern.example  {role.value.replace('_', ' ')}" for name, _, role in PEOPLE]
    return "\n".join([*lines, f"Password of all: {demo.password}", ""])
