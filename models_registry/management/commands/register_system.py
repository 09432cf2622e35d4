"""manage.py register_system: the page's action from a shell."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import units_where
from ledger.errors import Refused
from models_registry.actions import register_system
from models_registry.models import AISystem


class Command(BaseCommand):
    """Register an AI system."""

    help = "Register an AI system."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who registers")
        parser.add_argument("--unit", required=True, help="name of the unit")
        parser.add_argument("--purpose", required=True)
        parser.add_argument("--decision-role", required=True, choices=AISystem.DecisionRole.values)
        parser.add_argument("--people-affected", default="")
        parser.add_argument("--tier", type=int, choices=AISystem.Tier.values)
        parser.add_argument("--tier-reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        units = units_where(by, Permission.SYSTEM_EDIT).filter(name=options["unit"])[:2]
        if by is None or len(units) != 1:
            raise CommandError(
                "No such person, or not exactly one such unit where he may register."
            )
        known = ("name", "purpose", "decision_role", "people_affected", "tier", "tier_reason")
        try:
            system = register_system(
                by=by, unit=units[0], **{name: options[name] for name in known}
            )
        except (Refused, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{system.reference} {system.name}")
