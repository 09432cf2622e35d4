"""What a table file would do: exactly what was edited in it, and nothing that may not be."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import grant_role
from accounts.roles import Role
from models_registry.actions import edit_system
from models_registry.actions.kinds import MODELS, SYSTEMS
from models_registry.actions.many import Verdict, apply
from models_registry.actions.sheets import plan_sheet, ready
from models_registry.models import AISystem
from models_registry.spreadsheet.cells import guarded
from models_registry.spreadsheet.csv_text import read_csv
from models_registry.spreadsheet.reading import read
from tests.builders.models_registry import new_system, version
from tests.builders.table_files import csv_of, edited, resaved, taken

ODD = {
    "purpose": "= not a formula\r\nsecond line",
    "people_affected": "  - a list\n  - of people  ",
    "intended_users": "'=quoted",
    "jurisdictions": ["DE", "EU"],
}


def planned(world, raw, *, by=None, unit=None, kind=SYSTEMS):
    return plan_sheet(
        kind, by=by or world.engineer, unit=unit or world.lending, sheet=read_csv(raw)
    )


def told(line):
    return {problem.field: problem.text for problem in line.problems}


def two(world):
    return [new_system(world, "Odd", **ODD), new_system(world, "Plain", tier=1, tier_reason="Why.")]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "resaved"])
def test_a_table_that_nobody_edited_asks_for_nothing(world, tmp_path, suffix):
    two(world)
    raw = taken(world, suffix="csv" if suffix == "csv" else "xlsx")
    path = tmp_path / "table"
    path.write_bytes(resaved(raw) if suffix == "resaved" else raw)
    found = plan_sheet(SYSTEMS, by=world.engineer, unit=world.lending, sheet=read(path))
    assert [line.verdict for line in found.lines] == [Verdict.SAME, Verdict.SAME]
    assert (found.missing, found.unknown, found.notes) == (0, (), ())


def test_a_table_of_models_that_nobody_edited_asks_for_nothing(world):
    version(world)
    found = planned(world, taken(world, kind=MODELS), kind=MODELS)
    assert [line.verdict for line in found.lines] == [Verdict.SAME]


EDITS = {
    "name": st.sampled_from(["New name", "=1+1", 'O\'Brien; "quoted"']),
    "purpose": st.sampled_from(["Other", "two\nlines", "- list", "'=x", "1"]),
    "decision_role": st.sampled_from(["decides", "informs"]),
    "autonomy": st.sampled_from(["assists", "supervised"]),
    "tier_reason": st.sampled_from(["Because.", "+1"]),
    "owner": st.sampled_from(["owner@acme.example", "OFFICER@acme.example"]),
    "accountable": st.sampled_from(["approver@acme.example"]),
    "jurisdictions": st.sampled_from(["FR", "de; at", "EU US"]),
}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(sorted(EDITS)), st.data(), max_size=4))
def test_the_plan_holds_exactly_the_cells_that_were_changed(world, columns):
    made = world.once("two", lambda: two(world))[1]
    cells = {name: data.draw(EDITS[name]) for name, data in columns.items()}
    raw = edited(taken(world), {(3, name): guarded(text) for name, text in cells.items()})
    first, second = planned(world, raw).lines
    assert first.verdict is Verdict.SAME
    assert second.problems == ()
    assert {change.name for change in second.changes} == set(cells)
    assert second.record.pk == made.pk


def test_an_applied_plan_stores_what_the_cells_said(world):
    two(world)
    raw = edited(
        taken(world),
        {
            (3, "purpose"): "'=SUM(A1)", (3, "tier"): "Tier 2: medium", (3, "jurisdictions"): "fr",
            (3, "accountable"): "approver@acme.example", (4, "name"): "Added",
            (4, "purpose"): "New.", (4, "decision_role"): "none",
        },
    )  # fmt: skip
    lines = planned(world, raw).lines
    assert [line.verdict.value for line in lines] == ["same", "change", "add"]
    apply(SYSTEMS, by=world.engineer, wanted=ready(lines))
    stored = AISystem.objects.get(name="Plain")
    assert (stored.purpose, stored.tier, stored.jurisdictions) == ("=SUM(A1)", 2, ["FR"])
    assert stored.accountable == world.approver
    added = AISystem.objects.get(name="Added")
    assert (added.owner, added.unit) == (world.engineer, world.lending)


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("name", "", "cannot be empty"),
        ("name", "x" * 201, "at most 200"),
        ("name", "odd", "one of that name"),
        ("owner", "", "cannot be empty"),
        ("owner", "nobody@acme.example", "No colleague"),
        ("owner", "stranger@acme.example", "No colleague"),
        ("tier", "4", "is none of"),
        ("tier_reason", "", "Say why"),
        ("eu_class", "minimal", "Say why"),
        ("decision_role", "perhaps", "is none of"),
        ("jurisdictions", "UK", "Write GB"),
        ("state", "retired", "cannot change this"),
        ("unit", "Acme Bank", "cannot change this"),
        ("version", "", "Take the table again"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_refused_with_its_reason(world, column, text, words):
    two(world)
    first, second = planned(world, edited(taken(world), {(3, column): text})).lines
    assert first.verdict is Verdict.SAME
    assert second.verdict is Verdict.REFUSED
    assert words in " ".join(told(second).values())


def test_a_row_whose_record_changed_meanwhile_is_a_conflict_if_it_asks_for_something(world):
    made = two(world)[1]
    raw = taken(world)
    edit_system(by=world.owner, system=made, base={"purpose": made.purpose},
                values={"purpose": "Theirs."})  # fmt: skip
    line = planned(world, edited(raw, {(3, "purpose"): "Mine."})).lines[1]
    assert line.verdict is Verdict.CONFLICT
    assert (line.changes[0].old, line.changes[0].new) == ("Theirs.", "Mine.")
    now = taken(world)
    assert planned(world, edited(now, {(3, "version"): "1"})).lines[1].verdict is Verdict.SAME


def test_ids_of_another_unit_are_refused_exactly_as_unknown_ones(world):
    two(world)
    hidden = new_system(world, "Secret", by=world.stranger, unit=world.elsewhere)
    raw = edited(taken(world), {(2, "id"): str(hidden.pk), (3, "id"): "987654"})
    lines = planned(world, raw).lines
    assert [line.verdict.value for line in lines] == ["refused", "refused"]
    assert told(lines[0]) == told(lines[1])
    assert lines[0].changes == lines[1].changes == ()


@pytest.mark.parametrize("text", ["x", "0", "-1", "1.5", "9" * 25])
def test_an_id_that_is_no_number_is_refused(world, text):
    two(world)
    line = planned(world, edited(taken(world), {(2, "id"): text})).lines[0]
    assert "is no number of a record" in told(line)[""]


def test_one_record_in_two_rows_is_refused_in_both(world):
    made = two(world)[0]
    lines = planned(world, edited(taken(world), {(3, "id"): str(made.pk)})).lines
    assert {line.verdict for line in lines} == {Verdict.REFUSED}


def test_rows_that_are_missing_stay_and_are_counted_and_unknown_columns_are_named(world):
    two(world)
    rows = list(csv.reader(io.StringIO(taken(world).decode("utf-8-sig"), newline="")))
    raw = csv_of([[*rows[0], "remarks"], [*rows[1], "x"]])
    found = planned(world, raw)
    assert (found.missing, found.unknown) == (1, ("remarks",))


def test_a_record_of_a_unit_that_was_not_chosen_is_refused_like_an_unknown_one_and_not_shown(world):
    two(world)
    grant_role(by=world.service, user=world.stranger, unit=world.lending, role=Role.ENGINEER)
    hidden = new_system(world, "Secret", by=world.stranger, unit=world.elsewhere)
    raw = edited(taken(world), {(2, "id"): str(hidden.pk), (3, "id"): "987654"})
    lines = planned(world, raw, by=world.stranger).lines
    assert [line.verdict.value for line in lines] == ["refused", "refused"]
    assert told(lines[0]) == told(lines[1])
    assert lines[0].record is None
    assert lines[0].changes == ()


def test_a_new_row_needs_what_a_registration_needs_and_a_model_needs_a_version(world):
    two(world)
    line = planned(world, edited(taken(world), {(4, "name"): "Half"})).lines[2]
    assert line.verdict is Verdict.REFUSED
    assert set(told(line)) == {"purpose", "decision_role"}
    model = planned(world, csv_of([["name"], ["Lantern 2"]]), kind=MODELS).lines[0]
    assert "first version" in told(model)[""]


def test_who_may_only_look_is_refused_each_row(world):
    two(world)
    raw = edited(taken(world), {(3, "purpose"): "Other."})
    line = planned(world, raw, by=world.auditor).lines[1]
    assert "Your roles" in told(line)[""]


@pytest.mark.parametrize("count", [2, 20])
def test_a_plan_of_a_table_takes_the_same_queries_for_few_and_for_many(
    world, count, django_assert_num_queries
):
    for number in range(count):
        new_system(world, f"System {number}")
    changes = {(row, "name"): f"Other {row}" for row in range(2, count + 2)}
    raw = edited(taken(world), changes | {(2, "accountable"): "approver@acme.example"})
    with django_assert_num_queries(8):
        lines = planned(world, raw).lines
    assert all(line.is_ready for line in lines)
