"""Every list of the product, found in the URL table, can be taken away in three formats."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from openpyxl import load_workbook

from tests.security.route import Route
from tests.security.test_routes import all_routes
from tests.world import World
from web.lists import EXPORTS, RecordList
from web.workbooks import as_xlsx

TYPES = {"csv": "text/csv", "json": "application/json", "xlsx": "application/vnd.openxml"}


def pages(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Name and view class of every page that has one or is called a list."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from pages(pattern, space)
        elif isinstance(pattern, URLPattern) and not prefix.startswith("api"):
            yield f"{prefix}{pattern.name}", getattr(pattern.callback, "view_class", None)


PAGES = dict(pages(get_resolver()))
LISTS = {name for name, view in PAGES.items() if view and issubclass(view, RecordList)}
ROUTES = {r.name: r for r in all_routes() if r.name in LISTS and r.method == "get"}


def test_whatever_is_called_a_list_comes_from_the_shared_machinery() -> None:
    assert {name for name in PAGES if name.endswith("-list")} <= LISTS
    assert set(ROUTES) == LISTS


@pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route.name)
def test_every_list_is_offered_as_csv_xlsx_and_json(world: World, route: Route) -> None:
    url, client = reverse(route.name, kwargs=route.args(world)), world.client(world.officer)
    if client.get(url, route.query).status_code == 403:
        client = world.client(world.administrator)
    found = {}
    for wanted in EXPORTS:
        response = client.get(url, {**route.query, "format": wanted})
        assert response.status_code == 200
        assert response["Content-Type"].startswith(TYPES[wanted])
        assert response["Content-Disposition"].endswith(f'.{wanted}"')
        content = response.getvalue()
        found[wanted] = rows_in(wanted, content)
    assert found["csv"] == found["xlsx"] == found["json"]
    page = client.get(url, route.query).content.decode()
    assert ("format=xlsx" in page) is bool(found["json"] > 0)


def rows_in(wanted: str, content: bytes) -> int:
    """How many rows the file holds below its header."""
    if wanted == "json":
        return len(json.loads(content))
    if wanted == "csv":
        return len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) - 1
    return int(load_workbook(io.BytesIO(content)).active.max_row) - 1


def test_no_cell_of_a_workbook_is_run_and_numbers_stay_numbers() -> None:
    texts = ["=1+1", "+1", "@A1", "\uff1d1", "a\x00b", "x" * 40_000, None, True, 1.5, -3]
    book = load_workbook(io.BytesIO(as_xlsx("a/b: *?", ["t"], [[text] for text in texts])))
    cells = [row[0] for row in book.active.iter_rows(min_row=2)]
    assert [cell.value for cell in cells[:5]] == ["'=1+1", "'+1", "'@A1", "'\uff1d1", "a\ufffdb"]
    assert {cell.data_type for cell in cells[:6]} == {"s"}
    assert [cell.value for cell in cells[6:]] == [None, True, 1.5, -3]
