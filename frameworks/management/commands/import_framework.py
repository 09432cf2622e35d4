"""``manage.py import_framework FILE --by EMAIL``: official texts, or a framework of one's own."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from frameworks.actions import (
    apply_import,
    format_of,
    import_official_texts,
    plan_digest,
    plan_import,
    upload_framework,
)
from frameworks.genai import names_genai_profile
from frameworks.importing.plan import SCOPES
from frameworks.json_files import read_limited
from frameworks.models import FrameworkImport, FrameworkVersion
from ledger.errors import Refused

ABOUT = FrameworkImport.ABOUT


class Command(BaseCommand):
    help = (
        "Import NIST's Playbook export, the wording of NIST AI 600-1, an OSCAL catalog (JSON, 1.1 "
        "or 1.2), or a framework in the CSV or XLSX template."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file, in whose name (default: the service account), and what it is."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="", help="e-mail address of the person importing")
        for name in ABOUT:
            parser.add_argument(f"--{name}", default="", help=f"{name} of the framework")
        parser.add_argument("--scope", choices=SCOPES, default="system", help="usual scope")
        parser.add_argument(
            "--follows", type=int, default=None, help="number of the edition that this replaces"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what a framework would add, add nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file, or say why not and change nothing."""
        path: Path = options["file"]
        try:
            by = User.objects.get(email=options["by"]) if options["by"] else User.objects.service()
            with path.open("rb") as stream:
                data = read_limited(stream)
            if _is_official(data):
                self._texts(by, data, path.name)
            else:
                self._framework(by, data, path.name, options)
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody has the address {options['by']}.") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except FrameworkVersion.DoesNotExist as error:
            raise CommandError(f"There is no edition no. {options['follows']}.") from error
        except Refused as refused:
            raise CommandError(refused.message) from refused

    def _texts(self, by: User, data: bytes, name: str) -> None:
        result = import_official_texts(by=by, data=data, file_name=name)
        state = "imported" if result.changed else "unchanged"
        counts = ", ".join(f"{count} {what}" for what, count in result.counts.items())
        self.stdout.write(f"{state}: {counts}; unknown: {', '.join(result.unknown) or 'none'}")

    def _framework(self, by: User, data: bytes, name: str, options: dict[str, Any]) -> None:
        follows = options["follows"]
        found = upload_framework(
            by=by,
            data=data,
            file_name=name,
            scope=options["scope"],
            follows=FrameworkVersion.objects.get(pk=follows) if follows else None,
            **{key: options[key] for key in ABOUT},
        )
        plan = plan_import(found)
        for note in plan.notes:
            self.stdout.write(note)
        for problem in plan.problems:
            self.stdout.write(f"{problem.where}: {problem.reason}")
        if plan.problems:
            raise CommandError("Nothing was added. Mend the places above and import it again.")
        items = f"{len(plan.nodes)} nodes, {plan.assessable} to assess"
        if options["dry_run"]:
            self.stdout.write(f"{found}: would add {items}. Import no. {found.pk} waits.")
            return
        version = apply_import(by=by, found=found, shown=plan_digest(plan))
        self.stdout.write(f"{version}: added {items}. Edition no. {version.pk}.")


def _is_official(data: bytes) -> bool:
    """NIST's own files: the Playbook is a list, the Generative AI Profile names itself."""
    is_list = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    broken_object = format_of(data) == FrameworkImport.Format.OSCAL and b'"catalog"' not in data
    return is_list or names_genai_profile(data) or broken_object
