"""``manage.py export_ledger FILE``: everything an auditor needs to verify without this server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from ledger.actions import seal
from ledger.keys import known_keys
from ledger.models import Checkpoint, Position
from ledger.snapshot import one_moment
from ledger.verifier import FORMAT


class Command(BaseCommand):
    help = "Writes all sealed events and checkpoints as JSON lines; verify with ledger/verifier.py."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        seal()
        part = options["file"].with_suffix(".part")
        with part.open("w", encoding="utf-8") as file, one_moment():
            for entry in bundle():
                file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
        part.replace(options["file"])
        self.stdout.write(str(options["file"]))


def bundle() -> Iterator[dict[str, Any]]:
    """The lines of the export: a head, then events, each checkpoint after its last event."""
    yield {
        "assay-ledger": FORMAT,
        "origin": settings.LEDGER_ORIGIN,
        "keys": [key.text for key in known_keys()],
    }
    checkpoints = Checkpoint.objects.order_by("size").values_list("size", "note").iterator(2000)
    size, note = next(checkpoints, (-1, ""))
    events = Position.objects.order_by("index").values_list("index", "event__body")
    for index, body in events.iterator(2000):
        yield {"index": index, "body": body}
        if index + 1 == size:
            yield {"checkpoint": note}
            size, note = next(checkpoints, (-1, ""))
