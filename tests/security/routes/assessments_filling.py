"""Who reaches table mode, one's own work, hand-overs and workbooks."""

import io

from governance.assessments.actions.workbook import upload_sheet
from governance.assessments.queries.workbook import COLUMNS, cells_of
from models_registry.spreadsheet.writing import as_xlsx
from tests.builders.assessments import answer, assessment
from tests.security.route import Route
from tests.security.routes.assessments import ANSWERERS, READ, READ_API, may, none, pk


def assigned(world):
    answer(world, key="MAP 1.1", owner_id=world.officer.pk, text="Half done.")
    return {}


def sheet(world):
    """An uploaded workbook that changes one level."""
    target = assessment(world)
    raw = as_xlsx("Assessment", COLUMNS, ([*line[:4], 2, *line[5:]] for line in cells_of(target)))
    found = world.once(
        "sheet",
        lambda: upload_sheet(
            by=world.officer, assessment=target, stream=io.BytesIO(raw), file_name="answers.xlsx"
        ),
    )
    return {"pk": found.pk}


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
    Route(
        "assessments:my-answers",
        {"anonymous": 302, "*": 200},
        assigned,
        page=True,
        page_as="officer",
    ),
    Route(
        "assessments:hand-over",
        may({"officer", "stranger"}, 200),
        none,
        page=True,
        page_as="officer",
    ),
    Route(
        "assessments:hand-over",
        may({"officer"}, 422, stranger=422),
        assigned,
        method="post",
        data=lambda world: {"leaver": "x"},
    ),
    Route(
        "api:assessment-bulk",
        {"anonymous": 401, "stranger": 404, "*": 200},
        pk,
        method="post",
        data=lambda world: {"answers": [{"key": "MAP 1.1", "level": 2}]},
    ),
    Route("api:assessment-mine", {"anonymous": 401, "*": 200}, assigned),
    Route(
        "api:assessment-hand-over",
        may({"officer", "stranger"}, 400, anonymous=401),
        none,
        method="post",
        data=lambda world: {"leaver": 0},
    ),
    Route("assessments:workbook", may(ANSWERERS, 200), pk, page=True, page_as="officer"),
    Route("assessments:workbook", may(ANSWERERS, 422), pk, method="post"),
    Route("assessments:workbook-file", READ, pk),
    Route("assessments:sheet-detail", READ, sheet, page=True, page_as="officer"),
    Route(
        "assessments:sheet-step",
        may(ANSWERERS, 409),
        lambda world: {**sheet(world), "verb": "apply"},
        method="post",
    ),
    Route("api:answer-sheet-list", {"anonymous": 401, "*": 200}, none),
    Route("api:answer-sheet-list", {"anonymous": 401, "*": 400}, none, method="post"),
    Route("api:answer-sheet-detail", READ_API, sheet),
    Route("api:answer-sheet-plan", READ_API, sheet),
    Route(
        "api:answer-sheet-apply",
        {"anonymous": 401, "stranger": 404, "*": 428},
        sheet,
        method="post",
    ),
    Route(
        "api:answer-sheet-discard",
        {"anonymous": 401, "stranger": 404, "*": 428},
        sheet,
        method="post",
    ),
]
