"""manage.py import_card: register a model version from a card file."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from ledger.errors import Refused
from models_registry.actions import register_version_from_card
from models_registry.cards.decode import MAX_BYTES
from models_registry.cards.report import problem_text
from models_registry.models import AISystem, Model


class Command(BaseCommand):
    """Register a model version from its card."""

    help = "Register a model version of a system from a model card."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("card", type=Path)
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who registers")
        parser.add_argument("--system", type=int, required=True, help="number of the AI system")
        parser.add_argument("--number", default="", help="version; the card's own if left out")
        parser.add_argument("--model-name", default="")
        parser.add_argument("--model-type", default=Model.Kind.ML, choices=Model.Kind.values)

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        visible = AISystem.objects.visible_to(by).select_related("unit")
        system = visible.filter(pk=options["system"]).first()
        if by is None or system is None:
            raise CommandError("No such person, or no such system that he may see.")
        try:
            with options["card"].open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            version = register_version_from_card(
                by=by,
                unit=system.unit,
                system=system,
                card=data,
                file_name=options["card"].name,
                **{name: options[name] for name in ("number", "model_name", "model_type")},
            )
        except (Refused, PermissionDenied, OSError) as error:
            raise CommandError(str(error)) from error
        card = version.cards.get()
        self.stdout.write(f"{version}: card {card.completeness} % complete, {card.digest}")
        for problem in card.report["problems"]:
            self.stdout.write(f"line {problem['line']}: {problem_text(problem)}")
