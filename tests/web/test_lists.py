"""Exports that a spreadsheet may open without danger."""

import csv
import io
import json

import pytest

from accounts.actions import create_user, grant_role
from accounts.roles import Role
from tests.world import World
from web.lists import safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-1, 0.5, "plain", "a=b"])
def test_numbers_and_plain_text_stay_as_they_are(value: object) -> None:
    assert safe_cell(value) == value


def evil_member(world: World) -> None:
    user = create_user(by=world.service, email="evil@acme.example", name='=HYPERLINK("x")')
    grant_role(by=world.service, user=user, unit=world.lending, role=Role.ENGINEER)


def test_a_list_is_exported_whole_as_csv(world: World) -> None:
    evil_member(world)
    response = world.client(world.administrator).get("/settings/people/?format=csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["Person"] for row in rows} >= {"Engineer", "Auditor", '\'=HYPERLINK("x")'}
    assert response["Content-Disposition"].startswith("attachment")


def test_a_list_is_exported_whole_as_json(world: World) -> None:
    response = world.client(world.administrator).get("/settings/people/?format=json")
    rows = json.loads(response.content)
    assert {"Person": "Engineer", "Role": "Engineer"}.items() <= next(
        row for row in rows if row["Person"] == "Engineer"
    ).items()


def test_a_filter_holds_for_the_export_too(world: World) -> None:
    response = world.client(world.administrator).get("/settings/people/?format=json&role=auditor")
    assert [row["Person"] for row in json.loads(response.content)] == ["Auditor"]


def test_a_broken_filter_shows_an_error_and_no_rows(world: World) -> None:
    response = world.client(world.administrator).get("/settings/people/?role=emperor")
    assert response.status_code == 200
    assert b"engineer@acme.example" not in response.content


def test_the_list_of_roles_costs_the_same_with_more_rows(
    world: World, django_assert_max_num_queries: object
) -> None:
    client = world.client(world.administrator)
    for number in range(20):
        user = create_user(by=world.service, email=f"p{number}@acme.example", name=f"P{number}")
        grant_role(by=world.service, user=user, unit=world.lending, role=Role.ENGINEER)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        client.get("/settings/people/")
