"""Who reaches the risk register."""

import datetime as dt

from django.utils import timezone

from tests.builders.risks import RATED, THREE, matrix, risk, risk_table, treatment
from tests.security.route import Route
from tests.security.routes.assessments import READ, READ_API, may

EDITORS = {"owner", "officer"}


def pk(world):
    return {"pk": risk(world).pk}


def full(world):
    treatment(world)
    return pk(world)


def none(world):
    risk(world)
    return {}


def day(world):
    return {"reason": "For now.", "expires_on": timezone.localdate() + dt.timedelta(days=30)}


def needs_match(name, args=pk, **more):
    expect = {"anonymous": 401, "stranger": 404, "*": 428}
    return Route(f"api:risk-{name}", expect, args, **{"method": "post", **more})


def matrix_pk(world):
    return {"pk": world.once("matrix", lambda: matrix(world)).pk}


def matrix_none(world):
    matrix_pk(world)
    return {}


def table_none(world):
    risk_table(world)
    return {}


def table_pk(world):
    return {"pk": risk_table(world).pk}


def measure_pk(world):
    return {"pk": treatment(world).pk}


def steps(world):
    words = {name: "\n".join(THREE[name]) for name in ("likelihoods", "impacts")}
    return {**THREE, **words, "unit": world.lending.pk, "reason": "Ours."}


ROUTES = [
    Route("risks:risk-list", {"anonymous": 302, "*": 200}, none, page=True, page_as="officer"),
    Route("risks:risk-register", may({*EDITORS, "stranger"}, 200), none, page=True,
          page_as="officer"),
    Route("risks:risk-register", may(EDITORS, 303, stranger=422), none, method="post",
          data=lambda w: {"unit": w.lending.pk, "title": "A", "description": "B",
                          "strategy": "reduce", "owner": w.owner.pk, **RATED}),
    Route("risks:risk-detail", READ, full, page=True, page_as="officer"),
    Route("risks:risk-edit", may(EDITORS, 200), pk, page=True, page_as="officer"),
    Route("risks:risk-edit", may(EDITORS, 422), pk, method="post"),
    Route("risks:risk-accept", may({"approver"}, 200), pk, page=True, page_as="approver"),
    Route("risks:risk-accept", may({"approver"}, 303), pk, method="post", data=day),
    Route("risks:risk-close", may(EDITORS, 422), pk, method="post"),
    Route("risks:treatment-add", may(EDITORS, 422), pk, method="post"),
    Route("risks:treatment-done", may({*EDITORS, "engineer"}, 303),
          lambda w: {"pk": treatment(w).pk}, method="post"),
    Route("risks:matrix-list", {"anonymous": 302, "*": 200}, matrix_none, page=True),
    Route("risks:matrix-set", may({"officer", "stranger"}, 200), page=True, page_as="officer"),
    Route("risks:matrix-set", may({"officer"}, 303, stranger=422), method="post", data=steps),
    Route("risks:matrix-detail", READ, matrix_pk, page=True),
    Route("risks:sheet-list", {"anonymous": 302, "*": 200}, table_none, page=True),
    Route("risks:sheet-file", {"anonymous": 302, "*": 200}, lambda w: {"kind": "csv"}),
    Route("risks:sheet-upload", may({*EDITORS, "stranger"}, 200), page=True, page_as="officer"),
    Route("risks:sheet-upload", may(EDITORS, 422, stranger=422), method="post"),
    Route("risks:sheet-detail", READ, table_pk, page=True, page_as="officer"),
    Route("risks:sheet-step", may({"owner"}, 303) | {"officer": 409},
          lambda w: {**table_pk(w), "verb": "discard"}, method="post"),
    Route("api:risk-measure-list", {"anonymous": 401, "*": 200}),
    Route("api:risk-measure-list", {"anonymous": 401, "*": 400}, method="post"),
    Route("api:risk-measure-detail", READ_API, measure_pk),
    needs_match("measure-done", measure_pk),
    Route("api:risk-matrix-list", {"anonymous": 401, "*": 200}),
    Route("api:risk-matrix-list", {"anonymous": 401, "*": 400}, method="post"),
    Route("api:risk-matrix-detail", READ_API, matrix_pk),
    Route("api:risk-table-list", {"anonymous": 401, "*": 200}),
    Route("api:risk-table-list", {"anonymous": 401, "*": 400}, method="post"),
    Route("api:risk-table-detail", READ_API, table_pk),
    Route("api:risk-table-plan", READ_API, table_pk),
    needs_match("table-apply", table_pk),
    needs_match("table-discard", table_pk),
    Route("api:risk-list", {"anonymous": 401, "*": 200}, none),
    Route("api:risk-list", {"anonymous": 401, "*": 400}, none, method="post"),
    Route("api:risk-detail", READ_API, pk),
    needs_match("detail", method="patch"),
    needs_match("accept"),
    needs_match("close"),
]  # fmt: skip
