"""Table mode: all questions on one page, many answers changed at once after a preview."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.actions import require
from accounts.permissions import Permission
from accounts.queries import can
from governance.assessments import history, queries
from governance.assessments.actions import Ask, apply_answers, plan_answers
from governance.assessments.actions.many import Line
from governance.assessments.forms.many import ManyForm, level_of
from governance.assessments.models import Answer, Assessment, Level
from governance.assessments.views.asking import WITH_FACTS, person_of
from ledger.errors import Refused
from web.views import SeeOther, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def answer_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all; with POST show what would change, and write it once that is confirmed."""
    by = person_of(request)
    assessment = visible_or_404(WITH_FACTS, by, pk=pk)
    if request.method == "POST":
        require(by, Permission.ASSESSMENT_ANSWER, assessment.unit_id)
    form = ManyForm(request.POST or None, people=queries.possible_owners(by))
    if request.method != "POST" or not form.is_valid():
        return _table(request, assessment, form)
    rows = list(queries.rows(assessment))
    asks = _asks(request, rows, form.asked())
    if not asks:
        form.add_error(None, _("Tick answers and choose what they shall have, or set levels."))
        return _table(request, assessment, form)
    if request.POST.get("do") != "apply":
        return _preview(request, assessment, form, plan_answers(assessment, asks))
    try:
        done = apply_answers(by=by, assessment=assessment, asks=asks)
    except Refused as refused:
        lines = plan_answers(assessment, asks)
        return _preview(request, assessment, form, lines, refused)
    count = sum(bool(line.ready) for line in done)
    said = ngettext("%(n)d answer changed.", "%(n)d answers changed.", count)
    messages.success(request, said % {"n": count})
    return SeeOther("assessments:answer-table", pk=assessment.pk)


def _asks(request: HttpRequest, rows: Iterable[Any], same: dict[str, Any]) -> list[Ask]:
    """What the page asks for: the same for ticked rows, and levels that were set one by one."""
    ticked = set(request.POST.getlist("select"))
    asks = []
    for row in rows:
        values = dict(same) if row.slug in ticked else {}
        level = request.POST.get(f"level-{row.slug}")
        if level is not None:
            try:
                set_to = level_of(level)
            except ValueError:
                set_to = row.stored_level
            if str("" if row.stored_level is None else row.stored_level) != level:
                values["level"] = set_to
        if values:
            seen = request.POST.get(f"seen-{row.slug}", "")
            version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
            asks.append(Ask(row.key, values, version))
    return asks


def _table(request: HttpRequest, assessment: Assessment, form: ManyForm) -> HttpResponse:
    rows = list(queries.rows(assessment))
    by = person_of(request)
    may = can(by, Permission.ASSESSMENT_ANSWER, assessment.unit_id) and assessment.is_open
    context = {
        "assessment": assessment,
        "form": form,
        "rows": rows,
        "levels": [("", "–"), *((str(value), str(value)) for value in Level.values)],
        "may_answer": may,
    }
    status = 422 if form.is_bound else 200
    return render(request, "assessments/answer_table.html", context, status=status)


def _preview(
    request: HttpRequest,
    assessment: Assessment,
    form: ManyForm,
    lines: Sequence[Line],
    refused: Refused | None = None,
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "lines": told(lines),
        "ready": sum(bool(line.ready) for line in lines),
        "sent": [
            (name, value)
            for name in request.POST
            if name.startswith(("level-", "seen-")) or name in {"select", *form.fields}
            for value in request.POST.getlist(name)
        ],
        "refusal": refused.message if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "assessments/answer_preview.html", context, status=status)


def told(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Lines with something to say, in words; one query."""
    people = [
        value
        for line in lines
        for cell in line.cells
        if cell.name == "owner_id"
        for value in (cell.old, cell.new)
    ]
    names = history.people(people)
    return [
        {
            "key": line.ask.key,
            "row": line.ask.row,
            "slug": line.question.slug if line.question else "",
            "title": line.question.title if line.question else "",
            "problem": line.problem,
            "cells": [
                {
                    "label": _label(cell.name),
                    "old": history.shown(cell.name, cell.old, names),
                    "new": "" if cell.problem else history.shown(cell.name, cell.new, names),
                    "problem": cell.problem,
                }
                for cell in line.cells
            ],
        }
        for line in lines
        if line.cells or line.problem
    ]


def _label(name: str) -> str:
    return history.label(name) if name in Answer.FIELDS else name
