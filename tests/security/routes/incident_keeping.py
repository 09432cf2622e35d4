"""Who pins entries and reaches evidence."""

import io
from typing import Any

from incidents.actions.keeping import attach_file
from incidents.models import TimelineEntry
from tests.builders.incidents import incident
from tests.security.route import Route
from tests.security.routes.incidents import EDIT, EDIT_POST, READ
from tests.world import World


def entry(world: World) -> dict[str, Any]:
    incident(world)
    return {"pk": TimelineEntry.objects.order_by("pk")[0].pk}


def attached(world: World) -> dict[str, Any]:
    made = attach_file(
        by=world.engineer,
        incident=incident(world),
        upload=io.BytesIO(b"a"),
        name="a.csv",
        source="The log",
    )
    return {"pk": made.pk}


def evidence(world: World) -> dict[str, Any]:
    return {"pk": incident(world).pk, "what": "evidence"}


ROUTES = [
    Route("incidents:entry-pin", EDIT_POST, entry, "post"),
    Route("incidents:entry-unpin", EDIT_POST, entry, "post"),
    Route("incidents:attachment-file", READ, attached),
    Route("incidents:incident-ask", EDIT, evidence, page=True),
]
