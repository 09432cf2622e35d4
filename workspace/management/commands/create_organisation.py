"""``manage.py create_organisation``: the first unit and its administrator in an empty Assay."""

import getpass
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions import create_unit, create_user, grant_role
from accounts.models import User
from accounts.roles import Role
from ledger.errors import Refused


class Command(BaseCommand):
    """Asks for the password, or takes it from ASSAY_ADMIN_PASSWORD where nobody can type."""

    help = "Create a top organisation unit and its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="name of the unit, such as “Acme Bank”")
        parser.add_argument("email", help="e-mail address of the administrator")
        parser.add_argument("name", help="name of the administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("ASSAY_ADMIN_PASSWORD") or getpass.getpass("Password: ")
        by = User.objects.service()
        try:
            with transaction.atomic():
                unit = create_unit(by=by, name=options["organisation"])
                user = create_user(
                    by=by, email=options["email"], name=options["name"], password=password
                )
                grant_role(by=by, user=user, unit=unit, role=Role.ADMINISTRATOR)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{user.email} may now log in and add people under Settings.")
