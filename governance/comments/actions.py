"""Saying something about a record, taking it back, and telling people."""

import datetime as dt
import logging
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from governance.comments.mentions import stored
from governance.comments.models import Comment, Notice
from governance.comments.places import Subject, find
from governance.comments.queries import Duty, duties_to_tell, readers
from ledger.actions import Act, action
from ledger.errors import Refused, StaleWrite

log = logging.getLogger(__name__)

_AT_ONCE = 500


def add_comment(*, by: User, subject: Subject, body: str) -> Comment:
    """Say something about ``subject``; whoever is named with an @ is told.

    Raises PermissionDenied, or Refused for an empty text, a record on which nothing more is said
    (signed, closed), and an @ that names nobody who may see it.
    """
    unit = subject.record.unit
    require(by, Permission.COMMENT_WRITE, unit)
    _check_open(subject)
    text, named = _text(body, subject)
    made = Comment(
        subject=subject.key,
        part=subject.part,
        title=subject.title[:300],
        unit=unit,
        body=text,
        author=by,
    )
    with action("governance.comment.added", by=by) as act:
        act.save(made)
        _tell(act, made, named - {by.pk})
    return made


def edit_comment(*, by: User, comment: Comment, body: str, version: int | None = None) -> Comment:
    """Change one's own comment; who is named now and was not is told. Earlier words stay in the
    history. Raises PermissionDenied, or Refused as ``add_comment`` does, or when it changed."""
    with action("governance.comment.edited", by=by) as act:
        held, subject = _own(by, comment, version)
        _check_open(subject)
        text, named = _text(body, subject)
        if text == held.body:
            return held
        held.body, held.edited_at = text, timezone.now()
        act.save(held)
        told = set(held.notices.values_list("person_id", flat=True))
        _tell(act, held, named - told - {by.pk})
    return held


def withdraw_comment(*, by: User, comment: Comment, version: int | None = None) -> Comment:
    """Take one's own comment back: it is no longer shown, and nobody is told of it any more."""
    with action("governance.comment.withdrawn", by=by) as act:
        held, _subject = _own(by, comment, version)
        held.withdrawn_at = timezone.now()
        act.save(held)
    return held


def put_away(*, by: User, notice: Notice) -> Notice:
    """Mark a notice as seen. Only the person it is for can; doing it twice changes nothing."""
    if notice.person_id != by.pk:
        raise PermissionDenied(_("This notice is for somebody else."))
    if notice.seen_at is None:
        notice.seen_at = timezone.now()
        with action("governance.notice.seen", by=by) as act:
            act.save(notice)
    return notice


def remind_owners(today: dt.date | None = None) -> int:
    """Tell every owner once that something is due within three days, and once that it is late.

    What is to be told is found by query, so a sweep that did not run is made up for by the next.
    Each notice is a transaction of its own under a unique rule: of two sweeps that run at once
    one stores it. Returns how many were stored.
    """
    service, done = User.objects.service(), 0
    for duty in duties_to_tell(today or timezone.localdate(), _AT_ONCE):
        try:
            with action("governance.notice.given", by=service) as act:
                act.save(_reminder(duty))
            done += 1
        except Refused as refused:
            log.warning("%s is not reminded of %s: %s", duty.person.key, duty.subject, refused)
    return done


def _reminder(duty: Duty) -> Notice:
    return Notice(
        person=duty.person,
        notice_kind=duty.notice_kind,
        subject=duty.subject,
        part=duty.part,
        unit_id=duty.unit_id,
        title=duty.title[:300],
        due_date=duty.due_date,
    )


def _own(by: User, comment: Comment, version: int | None) -> tuple[Comment, Subject]:
    """One's own comment as stored now, locked, and what it is about."""
    require(by, Permission.COMMENT_WRITE, comment.unit_id)
    if comment.author_id != by.pk:
        raise PermissionDenied(_("Only the author changes a comment."))
    held: Comment = Comment.objects.select_for_update().get(pk=comment.pk)
    if version not in (None, held.version):
        raise StaleWrite(_("Somebody else saved this record meanwhile. Load it again."))
    if held.withdrawn_at is not None:
        raise Refused(_("This comment was withdrawn."), code="withdrawn", status=409)
    return held, find(by, held.subject, held.part)


def _check_open(subject: Subject) -> None:
    if not subject.is_open:
        raise Refused(
            _("This is signed or closed. Nothing more is said about it here."),
            code="closed",
            status=409,
        )


def _text(body: str, subject: Subject) -> tuple[str, set[int]]:
    if not body.strip():
        raise Refused(_("Write something."), code="empty", field="body")
    return stored(body.strip(), readers(subject.record.unit))


def _tell(act: Act, comment: Comment, people: Collection[int]) -> None:
    for person in User.objects.filter(pk__in=list(people)).order_by("pk"):
        told = Notice(
            person=person,
            notice_kind=Notice.Kind.MENTION,
            subject=comment.subject,
            part=comment.part,
            unit=comment.unit,
            title=comment.title,
            comment=comment,
        )
        act.save(told, event="governance.notice.given")
