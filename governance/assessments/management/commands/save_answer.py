"""``manage.py save_answer``: answer one subcategory from the command line."""

import argparse
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from governance.assessments.actions import save_answer
from governance.assessments.models import Answer, Assessment
from governance.assessments.queries import row_for, row_values
from ledger.errors import Refused


class Command(BaseCommand):
    help = "Save an answer: save_answer 3 'MEASURE 2.11' --by officer@bank.example --level 3"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Only the fields that are given are changed."""
        parser.add_argument("assessment", type=int)
        parser.add_argument("key", help="identifier in any known form")
        parser.add_argument("--by", required=True, help="e-mail address of who answers")
        parser.add_argument("--level", type=int)
        parser.add_argument("--text")
        parser.add_argument("--reason", help="why it does not apply")
        parser.add_argument("--applicability", choices=Answer.Applicability.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read what is stored, save on top of it, say what changed."""
        names = ("level", "text", "reason", "applicability")
        mine = {name: options[name] for name in names if options[name] is not None}
        try:
            by = User.objects.get(email=options["by"])
            assessment = Assessment.objects.visible_to(by).get(pk=options["assessment"])
            row = row_for(assessment, options["key"])
            saved = save_answer(
                by=by,
                assessment=assessment,
                key=options["key"],
                mine=mine,
                base=row_values(row) if row else {},
            )
        except (User.DoesNotExist, Assessment.DoesNotExist) as error:
            raise CommandError("There is no such person or assessment.") from error
        except (Refused, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        if saved.clashes:
            raise CommandError("Somebody else changed the same field meanwhile; nothing is lost.")
        changed = ", ".join(sorted(saved.changed)) or "nothing"
        self.stdout.write(f"{saved.answer.node.key}: changed {changed}")
