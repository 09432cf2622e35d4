"""Reports: readers of the unit may see them; whoever holds report.create may ask for them."""

from tests.builders.cards import edited_card
from tests.builders.models_registry import system
from tests.builders.reports import kept, kept_card, report
from tests.security.route import Route
from tests.world import World

READERS = {"anonymous": 302, "stranger": 404, "*": 200}
READERS_API = {"anonymous": 401, "stranger": 404, "*": 200}


def _report(world: World) -> dict:
    return {"pk": report(world).pk}


def _kept(world: World) -> dict:
    return {"pk": kept(world).pk}


def _kept_card(world: World) -> dict:
    return {"pk": kept_card(world).pk}


def _card(world: World) -> dict:
    return {"pk": edited_card(world).pk}


def _system(world: World) -> dict:
    report(world)
    return {"pk": system(world).pk}


ROUTES = [
    Route("reports:report-list", {"anonymous": 302, "*": 200}, page=True),
    Route("reports:report-detail", READERS, args=_report, page=True),
    Route("reports:report-detail", READERS, args=_kept, page=True),
    Route("reports:report-preview", READERS, args=_kept, page=True),
    Route("reports:report-download", READERS, args=_kept),
    Route("reports:report-snapshot", READERS, args=_kept),
    Route(
        "reports:report-request",
        {"anonymous": 302, "stranger": 404, "administrator": 403, "*": 303},
        args=_system,
        method="post",
    ),
    Route(
        "reports:report-choose",
        {"anonymous": 302, "stranger": 404, "administrator": 403, "*": 200},
        args=_system,
        page=True,
    ),
    Route(
        "reports:report-choose",
        {"anonymous": 302, "stranger": 404, "administrator": 403, "*": 303},
        args=_system,
        method="post",
        data=lambda world: {"definition": "applicability"},
    ),
    Route("reports:report-verify", {"anonymous": 302, "*": 200}, page=True),
    Route("reports:report-verify", {"anonymous": 302, "*": 422}, method="post"),
    Route(
        "reports:report-sign",
        {"anonymous": 302, "stranger": 404, "officer": 200, "*": 403},
        args=_kept,
        page=True,
        page_as="officer",
    ),
    Route(
        "reports:report-sign",
        {"anonymous": 302, "stranger": 404, "officer": 422, "*": 403},
        args=_kept,
        method="post",
    ),
    Route("api:report-verify", {"anonymous": 401, "*": 400}, method="post"),
    Route("reports:report-detail", READERS, args=_kept_card, page=True),
    Route("reports:report-preview", READERS, args=_kept_card, page=True),
    Route(
        "reports:card-report-request",
        {"anonymous": 302, "stranger": 404, "administrator": 403, "*": 303},
        args=_card,
        method="post",
    ),
    Route(
        "api:report-list",
        {"anonymous": 401, "stranger": 400, "administrator": 403, "*": 201},
        method="post",
        data=lambda world: {"card": _card(world)["pk"]},
    ),
    Route("api:report-list", {"anonymous": 401, "*": 200}),
    Route("api:report-detail", READERS_API, args=_report),
    Route("api:report-file", READERS_API, args=_kept),
    Route("api:report-snapshot", READERS_API, args=_kept),
    Route("reports:report-oscal", READERS, args=lambda w: {**_kept(w), "name": "catalog"}),
    Route("api:report-oscal", READERS_API, args=lambda w: {**_kept(w), "name": "poam"}),
    Route(
        "api:report-list",
        {"anonymous": 401, "stranger": 400, "administrator": 403, "*": 201},
        method="post",
        data=lambda world: {"system": _system(world)["pk"]},
    ),
]
