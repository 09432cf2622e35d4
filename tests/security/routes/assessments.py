"""Who reaches assessments and answers."""

from tests.builders.assessments import answer, assessment
from tests.builders.frameworks import catalogue
from tests.builders.models_registry import system
from tests.security.route import Route

READ = {"anonymous": 302, "stranger": 404, "*": 200}
READ_API = {"anonymous": 401, "stranger": 404, "*": 200}
ANSWERERS = {"owner", "officer"}


def pk(world):
    return {"pk": assessment(world).pk}


def key(world):
    answer(world, level=2, text="Tested each quarter.")
    return {"pk": assessment(world).pk, "key": "measure-2.11"}


def none(world):
    assessment(world)
    return {}


def opening(world):
    catalogue(world)
    return {"system": system(world).pk, "title": "Review"}


def may(names, ok, denied=403, stranger=404, anonymous=302):
    """``ok`` for the named, ``denied`` for everybody else who sees the record."""
    return {"anonymous": anonymous, "stranger": stranger, "*": denied} | dict.fromkeys(names, ok)


ROUTES = [
    Route("assessments:assessment-list", {"anonymous": 302, "*": 200}, none, page=True),
    Route(
        "assessments:assessment-open",
        may({"officer", "stranger"}, 200),
        none,
        page=True,
        page_as="officer",
    ),
    Route(
        "assessments:assessment-open",
        may({"officer"}, 303, stranger=422),
        none,
        method="post",
        data=opening,
    ),
    Route("assessments:assessment-detail", READ, pk, page=True, page_as="officer"),
    Route("assessments:assessment-results", READ, pk, page=True, page_as="auditor"),
    Route("assessments:assessment-submit", may({"officer"}, 200), pk, page=True, page_as="officer"),
    Route(
        "assessments:assessment-submit",
        may({"officer"}, 303),
        pk,
        method="post",
        data=lambda world: {"reason": "A pilot."},
    ),
    Route("assessments:assessment-reopen", may({"officer"}, 200), pk, page=True, page_as="officer"),
    Route("assessments:assessment-reopen", may({"officer"}, 422), pk, method="post"),
    Route("assessments:answer-next", {**READ, "*": 303}, pk),
    Route("assessments:answer-edit", READ, key, page=True, page_as="officer"),
    Route(
        "assessments:answer-edit",
        may(ANSWERERS, 303),
        key,
        method="post",
        data=lambda world: {"level": "3", "base-level": "3"},
    ),
    Route("assessments:answer-history", READ, key, page=True, page_as="auditor"),
    Route("api:assessment-list", {"anonymous": 401, "*": 200}, none),
    Route(
        "api:assessment-list",
        may({"officer"}, 201, stranger=400, anonymous=401),
        none,
        method="post",
        data=opening,
    ),
    Route("api:assessment-detail", READ_API, pk),
    Route("api:assessment-answers", READ_API, pk),
    Route("api:assessment-answer", READ_API, key),
    Route(
        "api:assessment-answer",
        {"anonymous": 401, "stranger": 404, "*": 428},
        key,
        method="patch",
        data=lambda world: {"level": 3},
    ),
    Route(
        "api:assessment-answer",
        may(ANSWERERS, 200, anonymous=401),
        key,
        method="patch",
        data=lambda world: {"level": 3, "base": {"level": 3}},
        headers={"If-Match": "*"},
    ),
    Route(
        "api:assessment-submit", {"anonymous": 401, "stranger": 404, "*": 428}, pk, method="post"
    ),
    Route(
        "api:assessment-reopen", {"anonymous": 401, "stranger": 404, "*": 428}, pk, method="post"
    ),
]
