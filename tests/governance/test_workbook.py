"""An assessment goes out as a workbook and comes back."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from openpyxl import load_workbook

from governance.assessments.actions.workbook import (
    apply_workbook,
    plan_mark,
    plan_workbook,
    upload_sheet,
)
from governance.assessments.models import Answer
from governance.assessments.queries import row_values, rows
from governance.assessments.queries.workbook import COLUMNS
from ledger.errors import Refused
from tests.builders.assessments import answer, assessment, of_the_organisation, submitted

# A spreadsheet is read by a process of its own, each time.
pytestmark = pytest.mark.slow

NASTY = "=1+1\n'quoted' and “these”, a tab\t, ümläut 漢字 \U0001f600 _x000D_ end  "


def taken(world, target=None) -> bytes:
    url = reverse("assessments:workbook-file", args=[(target or assessment(world)).pk])
    return world.client(world.auditor).get(url).content


def edited(raw, **cells) -> bytes:
    """``cells`` by column and the name of a question, such as ``level__map_1_1``."""
    book = load_workbook(io.BytesIO(raw))
    for name, value in cells.items():
        column, _sep, key = name.partition("__")
        function, *numbers = key.upper().split("_")
        wanted = f"{function} {'.'.join(numbers)}"
        line = next(line for line in book.active.iter_rows(min_row=2) if line[0].value == wanted)
        line[COLUMNS.index(column)].value = value
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def brought(world, raw, by=None, target=None):
    return upload_sheet(
        by=by or world.officer,
        assessment=target or assessment(world),
        stream=io.BytesIO(raw),
        file_name="answers.xlsx",
    )


def problems(world, sheet):
    lines = plan_workbook(world.officer, sheet)
    cells = {(x.ask.key, c.name): c.problem for x in lines for c in x.cells if c.problem}
    return cells | {(x.ask.key, ""): x.problem for x in lines if x.problem}


def everything(world):
    return {row.key: row_values(row) for row in rows(assessment(world))}


def fill(world):
    answer(world, key="MAP 1.1", level=3, text=NASTY, owner_id=world.owner.pk)
    answer(world, key="MAP 1.2", applicability="not_applicable", reason="-1 system, no model")
    answer(world, key="MAP 1.3", text="x" * 12_000)


def test_a_workbook_that_nobody_edited_changes_nothing(world):
    fill(world)
    raw = taken(world)
    book = load_workbook(io.BytesIO(raw))
    assert book.active.max_row == 73
    hidden = [letter for letter, one in book.active.column_dimensions.items() if one.hidden]
    assert hidden
    for sheet in (raw, edited(raw)):
        lines = plan_workbook(world.officer, brought(world, sheet))
        assert len(lines) == 72
        assert not any(line.cells or line.problem for line in lines)


def test_a_full_assessment_goes_out_is_retyped_and_comes_back_the_same(world):
    for number, key in enumerate(everything(world)):
        text = f"{number}. {NASTY}"
        answer(world, key=key, level=number % 5, text=text, owner_id=world.owner.pk)
    before, raw = everything(world), taken(world)
    cells = {}
    for line in load_workbook(io.BytesIO(raw)).active.iter_rows(min_row=2, values_only=True):
        slug = line[0].lower().replace(" ", "_").replace(".", "_")
        cells |= {f"{name}__{slug}": line[COLUMNS.index(name)] for name in COLUMNS[2:8]}
        answer(world, key=line[0], level=None, text="", owner_id=None)
    blank = taken(world)
    sheet = brought(world, edited(blank, **cells))
    lines = plan_workbook(world.officer, sheet)
    apply_workbook(by=world.officer, sheet=sheet, shown=plan_mark(lines))
    assert everything(world) == before


def test_edited_cells_are_written_and_the_rest_stays(world):
    answer(world, key="MAP 1.1", level=1, text="Ours.")
    raw = edited(taken(world), level__map_1_1=3, text__map_1_4="=SUM of\nwords".replace("=", "'="))
    sheet = brought(world, raw)
    lines = plan_workbook(world.officer, sheet)
    done = apply_workbook(by=world.officer, sheet=sheet, shown=plan_mark(lines))
    assert (done.written, done.refused) == (2, 0)
    stored = {one.node.key: (one.level, one.text) for one in Answer.objects.select_related("node")}
    assert stored == {"MAP 1.1": (3, "Ours."), "MAP 1.4": (None, "=SUM of\nwords")}
    with pytest.raises(Refused):
        apply_workbook(by=world.officer, sheet=sheet, shown=plan_mark(lines))


def test_a_cell_that_changed_here_meanwhile_is_refused_and_its_neighbour_is_not(world):
    answer(world, key="MAP 1.1", level=1, text="Old.")
    raw = edited(taken(world), level__map_1_1=3, text__map_1_1="Mine.")
    answer(world, key="MAP 1.1", by=world.owner, text="Hers.")
    sheet = brought(world, raw)
    found = problems(world, sheet)
    assert set(found) == {("MAP 1.1", "text")}
    assert "Owner" in found["MAP 1.1", "text"]
    lines = plan_workbook(world.officer, sheet)
    apply_workbook(by=world.officer, sheet=sheet, shown=plan_mark(lines))
    stored = Answer.objects.get()
    assert (stored.level, stored.text) == (3, "Hers.")


# Column and new text in a row of its own; the field that is refused; what the reason says.
WRONG = [
    ({"level": 7}, "level", "no level"),
    ({"level": "=1+1"}, "level", "formula"),
    ({"owner": "stranger@acme.example"}, "owner_id", "No colleague"),
    ({"due_date": "soon"}, "due_date", "no day"),
    ({"applicability": "perhaps"}, "applicability", "neither"),
    ({"applicability": None}, "applicability", "empty"),
    ({"title": "Other"}, "title", "cannot change"),
    ({"level": 2, "version": 9}, "level", "hidden columns"),
    ({"level": 2, "digest": "0.0"}, "level", "hidden columns"),
    ({"id": 99}, "", "another assessment"),
]


def test_wrong_and_tampered_cells_are_refused_one_by_one_with_their_reasons(world):
    keys = [f"measure_2_{number}" for number in range(1, len(WRONG) + 1)]
    pairs = list(zip(keys, WRONG, strict=True))
    cells = {f"{name}__{key}": new for key, (change, *_) in pairs for name, new in change.items()}
    raw = edited(taken(world), **cells, key__map_1_1="MAP 9.9", key__map_1_2="MAP 1.3")
    found = problems(world, brought(world, raw))
    for key, (_change, field, why) in pairs:
        assert why in found[f"MEASURE 2.{key.rpartition('_')[2]}", field]
    assert "no such question" in found["MAP 9.9", ""]
    assert "more than one row" in found["MAP 1.3", ""]
    assert len(found) == len(WRONG) + 2


def test_the_workbook_of_another_assessment_is_refused_row_by_row(world):
    raw = taken(world, of_the_organisation(world))
    found = problems(world, brought(world, raw))
    assert len([key for key, name in found if name == ""]) == 32


def test_a_preview_that_is_out_of_date_writes_nothing(world):
    raw = edited(taken(world), level__map_1_1=3, text__map_1_1="Mine.")
    sheet = brought(world, raw)
    shown = plan_mark(plan_workbook(world.officer, sheet))
    answer(world, key="MAP 1.1", by=world.owner, text="Hers.")
    with pytest.raises(Refused, match="changed since"):
        apply_workbook(by=world.officer, sheet=sheet, shown=shown)
    assert Answer.objects.get().level is None


def test_workbooks_go_past_neither_roles_nor_the_state(world):
    raw = edited(taken(world), level__map_1_1=3)
    sheet = brought(world, raw)
    shown = plan_mark(plan_workbook(world.officer, sheet))
    with pytest.raises(PermissionDenied):
        brought(world, raw, by=world.engineer)
    with pytest.raises(PermissionDenied):
        apply_workbook(by=world.engineer, sheet=sheet, shown=shown)
    submitted(world)
    with pytest.raises(Refused):
        apply_workbook(by=world.officer, sheet=sheet, shown=shown)
    assert not Answer.objects.exists()


def test_the_pages_of_a_workbook_lead_from_file_to_saved_answers(world):
    page = world.client(world.officer)
    file = io.BytesIO(edited(taken(world), level__map_1_1=2))
    file.name = "answers.xlsx"
    url = reverse("assessments:workbook", args=[assessment(world).pk])
    there = page.post(url, {"file": file})["Location"]
    html = page.get(there).content.decode()
    assert "Change 1 cell" in html
    shown = html.split('name="shown" value="')[1].split('"')[0]
    assert page.post(there + "apply/", {"shown": shown}).status_code == 303
    assert Answer.objects.get().level == 2
