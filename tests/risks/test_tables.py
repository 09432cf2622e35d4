"""Risks in a table that comes back: a preview, then everything or nothing."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance.risks.actions import apply_sheet, close_risk, edit_risk, plan_sheet, upload_risks
from governance.risks.actions.sheets import plan_mark
from governance.risks.models import Risk
from ledger.errors import Refused
from tests.builders.models_registry import system
from tests.builders.risks import matrix, risk, risk_table

HEAD = "title,description,inherent_likelihood,inherent_impact"


def brought(world, text, by=None):
    who, stream = by or world.officer, io.BytesIO(text.encode())
    return upload_risks(by=who, unit=world.lending, stream=stream, file_name="risks.csv")


def told(world, text):
    return plan_sheet(world.officer, brought(world, text))


def taken(world, kind="csv"):
    url = reverse("risks:sheet-file", args=[kind])
    response = world.client(world.officer).get(url)
    return b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_that_nobody_edited_asks_for_nothing(world, kind):
    risk(world, title="=1+1", residual_likelihood=2, residual_impact=2)
    stream = io.BytesIO(taken(world, kind))
    sheet = upload_risks(by=world.officer, unit=world.lending, stream=stream, file_name="r")
    assert [line.verdict for line in plan_sheet(world.officer, sheet)] == ["unchanged"]


def test_new_and_changed_risks_are_written_together(world):
    made = risk(world)
    text = taken(world).decode("utf-8-sig").replace("2019", "2020")
    names = text.splitlines()[0].split(",")
    new = {
        "title": "New", "description": "What may happen.", "system": system(world).name,
        "owner": world.owner.email, "strategy": "share", "harms": '"privacy, money"',
        "subcategories": "MS-2.11", "inherent_likelihood": "Likely", "inherent_impact": "2",
        "review_on": "2027-01-31",
    }  # fmt: skip
    text += ",".join(new.get(name, "") for name in names) + "\n"
    sheet = brought(world, text)
    lines = plan_sheet(world.officer, sheet)
    assert [(line.verdict, line.problems) for line in lines] == [("changed", []), ("new", [])]
    done = apply_sheet(by=world.officer, sheet=sheet, shown=plan_mark(lines))
    assert (done.registered, done.changed) == (1, 1)
    assert "2020" in Risk.objects.get(pk=made.pk).description
    added = Risk.objects.get(title="New")
    assert (added.now, added.harms, added.owner) == ((4, 2), ["privacy", "money"], world.owner)
    assert (added.subcategories, added.system) == (["MEASURE 2.11"], system(world))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("A,B,6,1", "1, 2, 3, 4, 5"),
        ("A,B,,1", "likelihood before measures"),
        ("A,,1,1", "what may happen"),
        ("A,B,=1,1", "none of"),
    ],
)
def test_a_row_is_refused_with_its_reason_and_stops_all(world, row, why):
    sheet = brought(world, f"{HEAD}\nGood,B,1,1\n{row}\n")
    lines = plan_sheet(world.officer, sheet)
    assert [line.verdict for line in lines] == ["new", "refused"]
    assert why in lines[1].problems[0]
    with pytest.raises(Refused):
        apply_sheet(by=world.officer, sheet=sheet, shown=plan_mark(lines))
    assert not Risk.objects.exists()


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("system", "No such", "no single system"),
        ("owner", "stranger@acme.example", "No colleague"),
        ("owner", "nobody@acme.example", "No colleague"),
        ("harms", "boredom", "none of"),
        ("subcategories", "MEASURE 9.9", "has no MEASURE 9.9"),
        ("subcategories", "nonsense", "nonsense"),
        ("review_on", "soon", "no day"),
        ("reference", "RSK-9999", "no such risk"),
    ],
)
def test_a_cell_that_names_nothing_known_is_refused(world, column, value, why):
    system(world)
    (line,) = told(world, f"{HEAD},{column}\nA,B,1,1,{value}\n")
    assert line.verdict == "refused"
    assert why in line.problems[0]


def test_a_risk_that_changed_or_was_closed_meanwhile_is_refused(world):
    made = risk(world)
    table = taken(world).decode("utf-8-sig")
    sheet = brought(world, table.replace("2019", "2020"))
    shown = plan_mark(plan_sheet(world.officer, sheet))
    edit_risk(by=world.owner, risk=made, title="Hers")
    assert "since the table was taken" in plan_sheet(world.officer, sheet)[0].problems[0]
    with pytest.raises(Refused):
        apply_sheet(by=world.officer, sheet=sheet, shown=shown)
    assert Risk.objects.get().title == "Hers"
    close_risk(by=world.officer, risk=made, reason="Retired.")
    assert "closed" in plan_sheet(world.officer, sheet)[0].problems[0]


def test_a_plan_that_became_another_one_is_not_written(world):
    sheet = brought(world, f"{HEAD}\nA,B,3,3\n")
    with pytest.raises(Refused):
        apply_sheet(by=world.officer, sheet=sheet, shown="")
    shown = plan_mark(plan_sheet(world.officer, sheet))
    matrix(world)
    assert plan_mark(plan_sheet(world.officer, sheet)) == shown  # 3 × 3 has the same numbers
    made = apply_sheet(by=world.officer, sheet=sheet, shown=shown)
    with pytest.raises(Refused):
        apply_sheet(by=world.officer, sheet=made, shown=shown)
    assert Risk.objects.count() == 1


def test_the_plan_takes_the_same_queries_for_two_rows_and_for_forty(
    world, django_assert_max_num_queries
):
    system(world)
    for count in (2, 40):
        rows = "".join(f"R{n},B,1,1,{system(world).name}\n" for n in range(count))
        sheet = brought(world, f"{HEAD},system\n{rows}")
        with django_assert_max_num_queries(10):
            plan_sheet(world.officer, sheet)


def test_a_table_is_brought_over_the_api(world):
    sheet = risk_table(world)
    api, url = world.api(world.officer), reverse("api:risk-table-detail", args=[sheet.pk])
    plan = api.get(url + "plan/").json()
    assert [line["verdict"] for line in plan["lines"]] == ["new"]
    tag = {"If-Match": api.get(url)["ETag"]}
    done = api.post(url + "apply/", {"shown": plan["shown"]}, format="json", headers=tag)
    assert (done.status_code, done.json()["registered"]) == (200, 1)
    file = SimpleUploadedFile("a.csv", b"name\nA\n")
    sent = {"unit": world.lending.pk, "file": file}
    assert api.post(reverse("api:risk-table-list"), sent).status_code == 400
