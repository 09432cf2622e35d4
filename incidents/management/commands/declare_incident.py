"""Declare an incident from a script."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.actions import declare_incident
from incidents.models import Severity
from ledger.errors import Refused
from models_registry.models import ModelVersion


class Command(BaseCommand):
    """``manage.py declare_incident --as ADDRESS --model-version ID --severity sev2 "What"``"""

    help = "Declare an incident about a model version; prints its number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", help="What happened; the first line becomes the title.")
        parser.add_argument(
            "--as", dest="email", required=True, help="E-mail address of the person who declares."
        )
        parser.add_argument("--model-version", type=int, required=True, help="Its number (id).")
        parser.add_argument("--severity", required=True, choices=Severity.values)
        parser.add_argument("--reason", default="", help="Why this severity.")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if by is None:
            raise CommandError(_("Nobody active has this e-mail address."))
        version = (
            ModelVersion.objects.all()
            .visible_to(by)
            .select_related("model")
            .filter(pk=options["model_version"])
            .first()
        )
        if version is None:
            raise CommandError(_("This person sees no model version of that number."))
        try:
            incident = declare_incident(
                by=by,
                what=options["what"],
                version=version,
                severity=options["severity"],
                severity_reason=options["reason"],
            )
        except (Refused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(incident.reference)
