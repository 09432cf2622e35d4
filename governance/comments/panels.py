"""Comments, on the pages of what they are about; notices, on the page of what one has to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.queries import can
from governance.comments.forms import CommentForm
from governance.comments.mentions import pieces
from governance.comments.places import Subject, url_of
from governance.comments.queries import comments_on, names_in, waiting_notices
from web.panels import Panel, panel

SHOWN = 20


@panel("assessments.question", order=10)
def comments_on_question(user: Any, question: Any) -> Panel:
    """What was said about one question of an assessment."""
    return _panel(user, Subject(question.assessment, question.key))


@panel("assessments.evidence", order=10)
@panel("risks.risk", order=10)
def comments_on_record(user: Any, record: Any) -> Panel:
    """What was said about a record."""
    return _panel(user, Subject(record))


@panel("accounts.user", order=10)
def notices_of(user: Any, person: Any) -> Panel | None:
    """What one is told and did not put away; nothing when there is none."""
    found = list(waiting_notices(user)[:SHOWN])
    if user.pk != person.pk or not found:
        return None
    told = [(one, url_of(one.subject, one.part)) for one in found]
    return Panel(_("You are told"), "comments/panel_notices.html", {"told": told})


def _panel(user: Any, subject: Subject) -> Panel:
    found = comments_on(user, subject.key, subject.part)
    names = names_in(one.body for one in found)
    context = {
        "comments": [(one, pieces(one.body, names)) for one in found],
        "subject": subject,
        "form": CommentForm(auto_id="comment-%s"),
        "may_comment": subject.is_open
        and can(user, Permission.COMMENT_WRITE, subject.record.unit_id),
    }
    return Panel(_("Comments"), "comments/panel.html", context)
