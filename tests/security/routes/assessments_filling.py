"""Who reaches table mode, one's own work, hand-overs and workbooks."""

from tests.builders.assessments import answer
from tests.security.route import Route
from tests.security.routes.assessments import ANSWERERS, READ, may, none, pk


def assigned(world):
    answer(world, key="MAP 1.1", owner_id=world.officer.pk, text="Half done.")
    return {}


ROUTES = [
    Route("assessments:answer-table", READ, pk, page=True, page_as="officer"),
    Route(
        "assessments:answer-table",
        may(ANSWERERS, 200),
        pk,
        method="post",
        data=lambda world: {
            "level-map-1.3": "2",
        },
    ),
    Route("assessments:my-answers", {"anonymous": 302, "*": 200}, assigned, page=True,
          page_as="officer"),
    Route("assessments:hand-over", may({"officer", "stranger"}, 200), none, page=True,
          page_as="officer"),
    Route("assessments:hand-over", may({"officer"}, 422, stranger=422), assigned, method="post",
          data=lambda world: {"leaver": "x"}),
    Route("api:assessment-bulk", {"anonymous": 401, "stranger": 404, "*": 200}, pk, method="post",
          data=lambda world: {"answers": [{"key": "MAP 1.1", "level": 2}]}),
    Route("api:assessment-mine", {"anonymous": 401, "*": 200}, assigned),
    Route("api:assessment-hand-over", may({"officer", "stranger"}, 400, anonymous=401), none,
          method="post", data=lambda world: {"leaver": 0}),
]  # fmt: skip
