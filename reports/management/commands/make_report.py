"""Ask for the report of a system; a worker prints it, or this process with --now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from jobs.actions import run
from models_registry.models import AISystem
from reports.actions import request_report
from reports.models import Report


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("system", type=int, metavar="SYSTEM_ID")
        parser.add_argument("--by", metavar="E-MAIL", help="whose view is printed", required=True)
        parser.add_argument("--now", action="store_true", help="print it in this process")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = User.objects.get_by_natural_key(options["by"])
            system = AISystem.objects.all().visible_to(by).get(pk=options["system"])
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody has the address {options['by']}.") from error
        except AISystem.DoesNotExist as error:
            raise CommandError(f"There is no system {options['system']} to see.") from error
        report = request_report(by=by, system=system)
        if options["now"]:
            run(report.job_id)
        found = Report.objects.select_related("job").get(pk=report.pk)
        if found.job.error:
            raise CommandError(found.job.error)
        self.stdout.write(f"{found.reference} {found.state} {found.file_digest}".strip())
