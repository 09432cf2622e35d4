"""List pages: filtered, sorted, paged, and exported as CSV, XLSX and JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, ClassVar

import django_filters
import django_tables2
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.views import View
from django_tables2.config import RequestConfig

from ledger.canonical import plain
from web.cells import guarded
from web.showing import visible
from web.workbooks import MOST_ROWS, XLSX_TYPE, as_xlsx

EXPORTS = ("csv", "xlsx", "json")


class RecordTable(django_tables2.Table):
    """Base of all tables; a subclass names its columns."""

    empty_title: ClassVar[str | Promise] = ""
    empty_text: ClassVar[str | Promise] = ""

    class Meta:
        template_name = "parts/table.html"
        attrs: ClassVar[dict[str, str]] = {"class": "table"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Without this each table would get its empty text from Meta, where none of ours is.
        kwargs.setdefault("empty_text", type(self).empty_text)
        super().__init__(*args, **kwargs)


class PageOfRows(Paginator[Any]):
    """Chooses the rows of a page before it reads them.

    SQLite works out every annotated column of all rows to sort them, although 25 are shown.
    """

    def page(self, number: Any) -> Page[Any]:
        """The rows of one page, in the order of the whole list."""
        listed: Any = self.object_list
        every = listed.data.data
        if not isinstance(every, QuerySet):
            return super().page(number)
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = listed[start : start + self.per_page]
        ids = list(rows.data.values_list("pk", flat=True))
        found = {row.pk: row for row in every.filter(pk__in=ids).order_by()}
        rows.data = [found[pk] for pk in ids if pk in found]
        return Page(rows, number, self)


def safe_cell(value: Any) -> Any:
    """``value`` for a CSV cell: text that a spreadsheet would run is quoted with an apostrophe, and
    marks that cannot be seen are written out. The JSON export holds the text as it is."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    return guarded(visible(str(value)))


class RecordList(View):
    """A list of records. Subclasses set the classes below and ``rows``."""

    table_class: ClassVar[type[RecordTable]]
    filterset_class: ClassVar[type[django_filters.FilterSet] | None] = None
    template_name: ClassVar[str] = "web/record_list.html"
    title: ClassVar[str | Promise] = ""
    paginate_by: ClassVar[int] = 25

    request: HttpRequest

    def queryset(self) -> QuerySet[Any]:
        """The records that this user may see, with what the table shows selected."""
        raise TypeError(f"{type(self).__name__} must say which records it lists")

    def context(self) -> dict[str, Any]:
        """More for the template: crumbs, primary action."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        queryset = self.queryset()
        filters = None
        if self.filterset_class is not None:
            filters = self.filterset_class(request.GET or None, queryset=queryset, request=request)
            queryset = filters.qs if filters.is_valid() or not filters.is_bound else queryset.none()
        table = self.table_class(queryset, request=request)
        wanted = request.GET.get("format", "")
        if wanted in EXPORTS:
            RequestConfig(request, paginate=False).configure(table)
            return _export(table, wanted, str(self.title))
        paginate = {
            "per_page": self.paginate_by,
            "silent": True,
            "paginator_class": PageOfRows,
        }
        RequestConfig(request, paginate=paginate).configure(table)
        table.before_render(request)
        found = {
            "table": table,
            "filter": filters,
            "is_filtered": bool(filters and filters.is_bound and any(_set(filters))),
            "title": self.title,
            "total": table.paginator.count,
            **self.context(),
        }
        return render(request, self.template_name, found)


def _set(filters: django_filters.FilterSet) -> Iterator[bool]:
    for name in filters.filters:
        yield bool(filters.data.get(name))


def _export(table: Any, wanted: str, title: str) -> HttpResponseBase:
    rows = table.as_values(exclude_columns=("select",))
    name = "".join(c if c.isalnum() else "-" for c in title.lower()) or "list"
    response: HttpResponseBase
    if wanted == "json":
        head, *body = list(rows)
        found = [dict(zip(head, (plain_cell(v) for v in row), strict=True)) for row in body]
        response = HttpResponse(
            json.dumps(found, ensure_ascii=False), content_type="application/json"
        )
    elif wanted == "xlsx":
        head = next(rows)
        content = as_xlsx(title, head, islice(rows, MOST_ROWS))
        response = HttpResponse(content, content_type=XLSX_TYPE)
    else:
        response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    return response


def plain_cell(value: Any) -> Any:
    """``value`` as JSON; lazy text and unknown types as text."""
    try:
        return plain(value)
    except TypeError:
        return str(value)


def _csv(rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # spreadsheets take UTF-8 for Latin-1 without it
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([safe_cell(value) for value in row])
        yield line.getvalue().encode()
