"""Who reaches the risk register."""

import datetime as dt

from django.utils import timezone

from tests.builders.risks import RATED, risk, treatment
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


def needs_match(name, **more):
    expect = {"anonymous": 401, "stranger": 404, "*": 428}
    return Route(f"api:risk-{name}", expect, pk, **{"method": "post", **more})


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
    Route("api:risk-list", {"anonymous": 401, "*": 200}, none),
    Route("api:risk-list", {"anonymous": 401, "*": 400}, none, method="post"),
    Route("api:risk-detail", READ_API, pk),
    needs_match("detail", method="patch"),
    needs_match("accept"),
    needs_match("close"),
]  # fmt: skip
