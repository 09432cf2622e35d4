"""What waits for the reader, and what goes to somebody else when a person leaves."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.actions import require_anywhere
from accounts.permissions import Permission
from accounts.queries import can_anywhere, colleagues
from governance.assessments.actions import hand_over, plan_handover
from governance.assessments.forms.many import HandoverForm
from governance.assessments.queries.work import leavers, my_answers
from governance.assessments.tables import MyAnswerFilter, MyAnswerTable
from governance.assessments.views.asking import form_page, person_of
from ledger.errors import Refused
from web.lists import RecordList
from web.views import SeeOther


class MyAnswerList(RecordList):
    """Answers that are the reader's to give, across all assessments."""

    table_class = MyAnswerTable
    filterset_class = MyAnswerFilter
    template_name = "assessments/assessment_list.html"
    title = gettext_lazy("My answers")

    def queryset(self) -> QuerySet[Any]:
        """Due first."""
        return my_answers(self.request.user)

    def context(self) -> dict[str, Any]:
        """The way to a hand-over, for those who give out work."""
        if not can_anywhere(self.request.user, Permission.ASSESSMENT_OPEN):
            return {"here": "mine"}
        url = reverse("assessments:hand-over")
        label = gettext_lazy("Hand over somebody's work")
        return {"here": "mine", "primary": {"url": url, "label": label}}


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """Choose two people, look at everything that would go over, confirm."""
    by = person_of(request)
    require_anywhere(by, Permission.ASSESSMENT_OPEN)
    people = colleagues(by).order_by("name", "pk")
    form = HandoverForm(request.POST or None, people=people, leavers=leavers(by))
    template, context = "assessments/hand_over.html", {}
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        plan = plan_handover(by=by, leaver=sent["leaver"], to=sent["to"])
        context = {"plan": plan, **sent}
        try:
            if "expected" in request.POST:
                expected = request.POST["expected"]
                done = hand_over(
                    by=by, **sent, expected=int(expected) if expected.isdecimal() else 0
                )
                return _done(request, done.count)
        except Refused as refused:
            form.add_refusal(refused)
    return form_page(request, template, form, **context)


def _done(request: HttpRequest, count: int) -> HttpResponse:
    said = ngettext("%(n)d record has another owner.", "%(n)d records have another owner.", count)
    messages.success(request, said % {"n": count})
    return SeeOther("assessments:my-answers")
