"""Pages of comments: each with its history; what one is told."""

from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from governance.comments import queries
from governance.comments.actions import add_comment, edit_comment, put_away, withdraw_comment
from governance.comments.forms import CommentForm
from governance.comments.mentions import pieces, typed
from governance.comments.models import Comment, Notice
from governance.comments.places import find, url_of
from governance.comments.tables import CommentFilter, CommentTable, NoticeFilter, NoticeTable
from ledger.errors import Refused
from models_registry.history import Change, Entry, history
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

EVENTS = {
    "governance.comment.added": gettext_lazy("Said"),
    "governance.comment.edited": gettext_lazy("Edited"),
    "governance.comment.withdrawn": gettext_lazy("Withdrawn"),
}


class CommentList(RecordList):
    """What was said about the records that one may see."""

    table_class = CommentTable
    filterset_class = CommentFilter
    title = gettext_lazy("Comments")

    def queryset(self) -> QuerySet[Any]:
        """The newest first; not what was withdrawn."""
        return queries.comments(self.request.user).filter(withdrawn_at=None)


class NoticeList(RecordList):
    """What the reader is told, also what he put away."""

    table_class = NoticeTable
    filterset_class = NoticeFilter
    title = gettext_lazy("What you are told")

    def queryset(self) -> QuerySet[Any]:
        """The newest first."""
        return queries.notices(self.request.user)


@require_POST
def comment_add(request: HttpRequest) -> HttpResponse:
    """Say something about the record that the form names, then go back to it."""
    by = _person(request)
    try:
        subject = find(by, request.POST.get("subject", ""), request.POST.get("part", ""))
    except Refused as refused:
        raise Http404 from refused
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            add_comment(by=by, subject=subject, body=form.cleaned_data["body"])
            messages.success(request, _("Said."))
            return SeeOther(f"{subject.url}#comments")
        except Refused as refused:
            form.add_refusal(refused)
    context = {"form": form, "subject": subject}
    return render(request, "comments/comment_add.html", context, status=422)


@require_safe
def comment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment with its history; its author can change it or take it back."""
    return _page(request, _comment(request, pk))


@require_POST
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own comment."""
    comment, form = _comment(request, pk), CommentForm(request.POST)
    if form.is_valid():
        body, version = form.cleaned_data["body"], _version(request)
        try:
            edit_comment(by=_person(request), comment=comment, body=body, version=version)
            return SeeOther(comment)
        except Refused as refused:
            form.add_refusal(refused)
    return _page(request, comment, form)


@require_POST
def comment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own comment back."""
    comment = _comment(request, pk)
    try:
        withdraw_comment(by=_person(request), comment=comment, version=_version(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return SeeOther(comment)
    messages.success(request, _("Withdrawn."))
    return SeeOther(f"{url_of(comment.subject, comment.part)}#comments")


@require_POST
def notice_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a notice away."""
    put_away(by=_person(request), notice=visible_or_404(Notice.objects.all(), request.user, pk=pk))
    return SeeOther("assessments:my-answers")


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _comment(request: HttpRequest, pk: int) -> Comment:
    found: Comment = visible_or_404(queries.comments(request.user), request.user, pk=pk)
    return found


def _version(request: HttpRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None


def _page(request: HttpRequest, comment: Comment, form: CommentForm | None = None) -> HttpResponse:
    told = history(comment)
    texts = [comment.body, *(text for e in told for c in e.changes for text in (c.old, c.new))]
    names = queries.names_in(texts)
    mine = comment.author_id == request.user.pk and comment.withdrawn_at is None
    initial = {"body": typed(comment.body, names)}
    context = {
        "comment": comment,
        "pieces": pieces(comment.body, names),
        "place": url_of(comment.subject, comment.part),
        "mine": mine,
        "form": (form or CommentForm(initial=initial)) if mine else None,
        "history": [_in_words(entry, names) for entry in told],
    }
    status = 422 if form is not None else 200
    return render(request, "comments/comment_detail.html", context, status=status)


def _in_words(entry: Entry, names: dict[int, str]) -> Entry:
    changes = [Change(c.label, typed(c.old, names), typed(c.new, names)) for c in entry.changes]
    return replace(entry, what=EVENTS.get(str(entry.what), entry.what), changes=changes)
