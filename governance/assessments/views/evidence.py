"""Pages of evidence: list, add beside a question, judge, withdraw, download."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from governance.assessments import queries
from governance.assessments.actions import (
    Source,
    add_evidence,
    decide_evidence,
    note_download,
    offer_evidence,
    take_back,
    withdraw_evidence,
)
from governance.assessments.facts import facts_of
from governance.assessments.forms import DecideForm, EvidenceForm, OfferForm, ReasonForm
from governance.assessments.history import history_of
from governance.assessments.models import Assessment, Evidence, EvidenceLink
from governance.assessments.queries.evidence import (
    custody,
    evidence_for_list,
    linkable,
    record_of,
    standing_of,
    uses_of,
)
from governance.assessments.serving import evidence_download
from governance.assessments.tables import EvidenceFilter, EvidenceTable
from governance.assessments.views.asking import WITH_FACTS, form_page, person_of
from ledger.errors import Refused
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

PIECES = Evidence.objects.select_related("unit", "file", "collected_by")
LINKS = EvidenceLink.objects.select_related(
    "answer__assessment__unit",
    "answer__node",
    "evidence__file",
    "evidence__collected_by",
    "linked_by",
)


class EvidenceList(RecordList):
    """All evidence that one may see."""

    table_class = EvidenceTable
    filterset_class = EvidenceFilter
    title = gettext_lazy("Evidence")
    template_name = "assessments/assessment_list.html"

    def queryset(self) -> QuerySet[Any]:
        """With where it stands today and how many answers it serves."""
        return evidence_for_list(self.request.user)

    def context(self) -> dict[str, Any]:
        """Which of the two lists it is."""
        return {"here": "evidence"}


@require_safe
def evidence_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, which answers it serves, who had it in hands, its history."""
    user = person_of(request)
    piece = visible_or_404(PIECES, user, pk=pk)
    links = list(uses_of(user, piece))
    context = {
        "piece": piece,
        "standing": standing_of(piece, timezone.now().date()),
        "links": links,
        "record": record_of(user, piece.record) if piece.record else None,
        "custody": custody(piece),
        "history": history_of(piece, *links),
        "may_withdraw": piece.withdrawn_on is None
        and can(user, Permission.EVIDENCE_ADD, piece.unit_id),
    }
    return render(request, "assessments/evidence_detail.html", context)


@require_safe
def evidence_content(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The file as a download that no browser shows; the custody says who took it."""
    user = person_of(request)
    piece = visible_or_404(PIECES, user, pk=pk)
    if piece.file is None:
        raise Http404
    if request.method == "GET":
        note_download(by=user, evidence=piece)
    return evidence_download(piece)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then let it count no more."""
    user = person_of(request)
    piece = visible_or_404(PIECES, user, pk=pk)
    require(user, Permission.EVIDENCE_ADD, piece.unit_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = True
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_evidence(by=user, evidence=piece, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Withdrawn. It is kept, and counts no more."))
            return SeeOther(piece)
    return form_page(request, "assessments/evidence_withdraw.html", form, piece=piece)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """A new piece of evidence for the answer to a question, or one that is there already."""
    user = person_of(request)
    assessment, row = _question(user, pk, key)
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        records=[(fact.key, fact.title) for fact in facts_of(assessment, row, user)],
        initial={
            "effective_from": timezone.now().date(),
            "record": request.GET.get("record"),
            "title": request.GET.get("title"),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            _add(user, assessment, row.key, form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return _back(request, assessment, row)
    return _page(request, user, assessment, row, form)


@require_POST
def evidence_offer(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Offer a piece that is there already."""
    user = person_of(request)
    assessment, row = _question(user, pk, key)
    form = OfferForm(request.POST, pieces=linkable(user, assessment, row.answer_id))
    if form.is_valid():
        try:
            offer_evidence(by=user, assessment=assessment, key=row.key, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return _back(request, assessment, row)
    fresh = EvidenceForm(initial={"effective_from": timezone.now().date()})
    return _page(request, user, assessment, row, fresh, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or reject evidence for one answer."""
    user = person_of(request)
    link = visible_or_404(LINKS, user, pk=pk)
    require(user, Permission.ASSESSMENT_REVIEW, link.answer.assessment.unit_id)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide_evidence(by=user, link=link, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return _back(request, link.answer.assessment, link.answer.node)
    return form_page(request, "assessments/offer_decide.html", form, link=link)


@require_POST
def offer_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer offer it for this answer."""
    user = person_of(request)
    link = visible_or_404(LINKS, user, pk=pk)
    try:
        take_back(by=user, link=link)
    except Refused as refused:
        messages.error(request, refused.message)
        return SeeOther(link.evidence)
    return _back(request, link.answer.assessment, link.answer.node)


def _question(user: User, pk: int, key: str) -> tuple[Assessment, Any]:
    """The question, for whoever may add evidence to its answer."""
    assessment = visible_or_404(WITH_FACTS, user, pk=pk)
    row = queries.row_for(assessment, key)
    if row is None:
        raise Http404
    if not can(user, Permission.ASSESSMENT_ANSWER, assessment.unit_id):
        raise PermissionDenied(_("Offering evidence needs somebody who may answer."))
    return assessment, row


def _add(user: User, assessment: Assessment, key: str, values: dict[str, Any]) -> None:
    stream = values["file"]
    piece = add_evidence(
        by=user,
        unit=assessment.unit,
        source=Source(
            stream=stream,
            file_name=stream.name if stream else "",
            url=values["url"],
            record=values["record"],
        ),
        **{name: values[name] for name in ("title", "kind", "note", "expires_on")},
        effective_from=values["effective_from"],
        effective_to=values["effective_to"],
    )
    offer_evidence(by=user, assessment=assessment, key=key, evidence=piece, shows=values["shows"])


def _page(
    request: HttpRequest,
    user: User,
    assessment: Assessment,
    row: Any,
    form: EvidenceForm,
    offer: OfferForm | None = None,
    status: int = 200,
) -> HttpResponse:
    pieces = linkable(user, assessment, row.answer_id)
    context = {
        "assessment": assessment,
        "row": row,
        "form": form,
        "offer": offer or OfferForm(pieces=pieces),
        "pieces": pieces.exists(),
    }
    status = 422 if form.is_bound and form.errors else status
    return render(request, "assessments/evidence_add.html", context, status=status)


def _back(request: HttpRequest, assessment: Assessment, node: Any) -> HttpResponse:
    messages.success(request, _("Saved."))
    return SeeOther("assessments:answer-edit", pk=assessment.pk, key=node.slug)
