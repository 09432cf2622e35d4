"""One subcategory: answer it, with or without JavaScript; its history; the next one."""

import json
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import permissions_in
from frameworks.identifiers import key_forms
from frameworks.models import NodeText
from frameworks.queries import neighbours, node_texts
from governance.assessments import history, queries
from governance.assessments.actions import Saved, confirm_answer, save_answer
from governance.assessments.facts import facts_of
from governance.assessments.forms import LEVELS, AnswerForm
from governance.assessments.guidance import good_answer, why
from governance.assessments.models import Answer, Assessment
from governance.assessments.queries.evidence import links_of, reviews_of
from governance.assessments.queries.staleness import stale_reasons
from governance.assessments.views.asking import WITH_FACTS
from ledger.errors import Refused
from web.views import SeeOther, visible_or_404

Forms = tuple[AnswerForm, AnswerForm]


@dataclass(frozen=True)
class Question:
    """One question of an assessment, for the panels of its page."""

    assessment: Assessment
    key: str

    @staticmethod
    def kind() -> str:
        """What panels are registered for."""
        return "assessments.question"


@require_http_methods(["GET", "HEAD", "POST"])
def answer_edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The page of one subcategory, and every save of it."""
    assessment = visible_or_404(WITH_FACTS, request.user, pk=pk)
    if request.method != "POST":
        return _page(request, assessment, key)
    form, base = AnswerForm(request.POST), AnswerForm(request.POST, prefix="base")
    if not form.is_valid():
        return _refused(request, assessment, key, (form, base), 422)
    try:
        saved = save_answer(
            by=cast(User, request.user),
            assessment=assessment,
            key=key,
            mine=form.values(),
            base=base.values() if base.is_valid() else {},
        )
    except Refused as refused:
        form.add_refusal(refused)
        return _refused(request, assessment, key, (form, base), refused.status)
    return _saved(request, assessment, saved)


@require_POST
def answer_confirm(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Say that the offered words still hold."""
    assessment = visible_or_404(WITH_FACTS, request.user, pk=pk)
    try:
        answer = confirm_answer(by=cast(User, request.user), assessment=assessment, key=key)
    except Refused as refused:
        messages.error(request, refused.message)
        return SeeOther(assessment)
    messages.success(request, _("%(key)s: confirmed.") % {"key": answer.node.key})
    return SeeOther("assessments:answer-edit", pk=assessment.pk, key=answer.node.slug)


@require_safe
def answer_next(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the first unfinished subcategory after ``?after=``, else back to the hub."""
    assessment = visible_or_404(WITH_FACTS, request.user, pk=pk)
    rows = list(queries.rows(assessment))
    wanted = key_forms(request.GET.get("after", ""))
    after = next((row.order for row in rows if row.key in wanted), 0)
    row = queries.next_unfinished(rows, after)
    if row is None:
        messages.success(request, _("Every question is answered."))
        return SeeOther(assessment)
    return SeeOther("assessments:answer-edit", pk=assessment.pk, key=row.slug)


@require_safe
def answer_history(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Who changed what from what to what, newest first."""
    assessment = visible_or_404(WITH_FACTS, request.user, pk=pk)
    row = queries.row_for(assessment, key)
    if row is None:
        raise Http404
    sessions = history.sessions(row.answer_id) if row.answer_id else []
    context = {"assessment": assessment, "row": row, "sessions": sessions}
    return render(request, "assessments/answer_history.html", context)


def _row(rows: list[Any], key: str) -> Any:
    wanted = key_forms(key)
    row = next((row for row in rows if row.key in wanted), None)
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest,
    assessment: Assessment,
    key: str,
    forms: Forms | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; ``forms`` are those that were sent, with the values that the person had seen."""
    by = cast(User, request.user)
    rows = list(queries.rows(assessment))
    row = _row(rows, key)
    place = rows.index(row)
    parts = queries.parts_of(rows)
    context = {
        "assessment": assessment,
        "row": row,
        **_texts(row),
        "facts": facts_of(assessment, row, by),
        **_beside(assessment, row),
        "previous": rows[place - 1] if place else None,
        "next": rows[place + 1] if place + 1 < len(rows) else None,
        "siblings": [other for other in rows if other.function == row.function],
        "parts": parts,
        "whole": queries.whole(parts),
        "levels": LEVELS,
        "capped": queries.is_capped(row),
        "stale": stale_reasons(assessment, [row], by).get(row.key, []),
        **_may(by, assessment),
    }
    if forms:
        context["form"] = forms[0]
    if context["may_answer"]:
        context["page_keys"] = "assessments/parts/keys.html"
        stored = AnswerForm.initial_of(row)
        form, base = forms or (
            AnswerForm(initial=stored),
            AnswerForm(initial=stored, prefix="base"),
        )
        context |= {"form": form.offer(queries.possible_owners(by)), "base": base}
    return render(request, "assessments/answer_edit.html", context, status=status)


def _texts(row: Any) -> dict[str, Any]:
    """Our own words about a question, and the official ones that somebody imported."""
    texts = node_texts(row)
    official = [(k.label, texts.official[k]) for k in NodeText.Kind if k in texts.official]
    said = {"why": why(row.key), "good_answer": good_answer(row.scope)}
    return {"texts": texts, "official": official, **said}


def _may(by: User, assessment: Assessment) -> dict[str, bool]:
    held = permissions_in(by, assessment.unit_id)
    reviews = Permission.ASSESSMENT_REVIEW in held
    return {
        "may_answer": assessment.is_open and Permission.ASSESSMENT_ANSWER in held,
        "may_judge": reviews and not assessment.is_signed,
        "may_review": reviews and assessment.state == Assessment.State.SUBMITTED,
    }


def _beside(assessment: Assessment, row: Any) -> dict[str, Any]:
    """What stands beside an answer: evidence, reviews, the organisation's and the last words."""
    found = {pk: None for pk in (row.organisation_answer_id, row.last_answer_id) if pk}
    others = Answer.objects.select_related("assessment", "saved_by").in_bulk(list(found))
    source = row.organisation_answer_id if row.progress == "inherited" else row.answer_id
    return {
        "question": Question(assessment, row.key),
        "organisation": others.get(row.organisation_answer_id),
        "last": others.get(row.last_answer_id),
        "links": links_of(assessment, [source]) if source else [],
        "reviews": reviews_of(row.answer_id),
    }


def _refused(
    request: HttpRequest, assessment: Assessment, key: str, forms: Forms, status: int
) -> HttpResponse:
    """Say why nothing was saved; what was typed stays in the form."""
    if request.headers.get("HX-Request"):
        context = {"errors": [str(e) for found in forms[0].errors.values() for e in found]}
        return render(request, "assessments/parts/answer_refused.html", context, status=status)
    return _page(request, assessment, key, forms, status)


def _saved(request: HttpRequest, assessment: Assessment, saved: Saved) -> HttpResponse:
    status = 409 if saved.clashes else 200
    context = {
        "assessment": assessment,
        "answer": saved.answer,
        "saved": saved,
        "clashes": _clashes(saved),
        "values": json.dumps(AnswerForm.strings_of(saved.answer)),
        "clashed": " ".join(history.FORM_NAMES[clash.name] for clash in saved.clashes),
    }
    if request.headers.get("HX-Request"):
        parts = queries.parts(assessment)
        context |= {"parts": parts, "whole": queries.whole(parts)}
        return render(request, "assessments/parts/answer_saved.html", context, status=status)
    if saved.clashes:
        return render(request, "assessments/answer_conflict.html", context, status=status)
    said = _("%(key)s: no changes.") if not saved.changed else _("%(key)s: saved %(time)s UTC.")
    time = f"{saved.answer.updated_at:%H:%M:%S}" if saved.changed else ""
    messages.success(request, said % {"key": saved.answer.node.key, "time": time})
    return _onwards(request, assessment, saved)


def _clashes(saved: Saved) -> list[dict[str, Any]]:
    """Both values of every field that two people changed, as shown and as sent."""
    owners = [value for c in saved.clashes if c.name == "owner_id" for value in (c.mine, c.theirs)]
    names = history.people(owners)
    return [
        {
            "name": history.FORM_NAMES[clash.name],
            "label": history.label(clash.name),
            "long": clash.name in {"text", "reason"},
            "mine": history.shown(clash.name, clash.mine, names),
            "theirs": history.shown(clash.name, clash.theirs, names),
            "mine_value": "" if clash.mine is None else str(clash.mine),
            "theirs_value": "" if clash.theirs is None else str(clash.theirs),
        }
        for clash in saved.clashes
    ]


def _onwards(request: HttpRequest, assessment: Assessment, saved: Saved) -> HttpResponse:
    node = saved.answer.node
    if request.POST.get("go") != "stay":
        _before, after = neighbours(node)
        if after is None:
            return SeeOther(assessment)
        node = after
    return SeeOther("assessments:answer-edit", pk=assessment.pk, key=node.slug)
