"""Long work that somebody asked for."""

import uuid
from typing import Any, cast

import django_filters
import django_tables2 as tables
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from jobs.actions import cancel
from jobs.models import OPEN_STATES, Job, JobState
from web.lists import RecordList, RecordTable
from web.views import SeeOther
from workspace.queries import jobs_visible_to


class JobTable(RecordTable):
    """Long work: what it is, how it stands, what came of it."""

    kind = tables.Column(linkify=("workspace:job-detail", {"public_id": tables.A("public_id")}))
    state = tables.TemplateColumn(
        "{% load ui %}{% state record.state record.get_state_display|capfirst %}",
        verbose_name=gettext_lazy("state"),
    )
    created_at = tables.DateTimeColumn(verbose_name=gettext_lazy("requested"))
    attempt = tables.Column(attrs={"td": {"class": "n"}})
    result = tables.TemplateColumn(
        "{% load i18n %}{% if record.result %}"
        '<a href="{{ record.result }}">{% translate "Open" %}</a>'
        "{% else %}{{ record.error|default:'–' }}{% endif %}",
        verbose_name=gettext_lazy("result"),
    )

    empty_title = gettext_lazy("You have not asked for any long work yet")
    empty_text = gettext_lazy("Check runs and reports appear here while a worker does them.")

    class Meta(RecordTable.Meta):
        model = Job
        fields = ("kind", "state", "created_at", "attempt", "result")

    def value_state(self, record: Any) -> str:
        """The state as exported."""
        return str(record.get_state_display())

    def value_result(self, record: Any) -> str:
        """The address of the result, or the error."""
        return str(record.result or record.error)


class JobFilter(django_filters.FilterSet):
    """Narrow the list of jobs."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=JobState.choices, empty_label=gettext_lazy("all")
    )

    class Meta:
        model = Job
        fields = ("state",)


class JobList(RecordList):
    """My jobs."""

    table_class = JobTable
    filterset_class = JobFilter
    title = gettext_lazy("My jobs")

    def queryset(self) -> QuerySet[Any]:
        """Open ones first, then the newest."""
        open_first = Case(When(state__in=OPEN_STATES, then=0), default=1)
        return jobs_visible_to(cast(User, self.request.user)).order_by(open_first, "-created_at")


def job_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far a job is: the whole page, or for htmx the part that changes."""
    job = get_object_or_404(jobs_visible_to(request.user), public_id=public_id)  # type: ignore[arg-type]
    if not getattr(request, "htmx", False):
        return render(request, "workspace/job_detail.html", {"job": job})
    response = render(request, "parts/job.html", {"job": job})
    if not job.is_open:
        response["HX-Refresh"] = "true"  # the page around it has more to show now
    return response


@require_POST
def job_cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop my job."""
    job = get_object_or_404(jobs_visible_to(request.user), public_id=public_id)  # type: ignore[arg-type]
    cancel(job)
    return SeeOther("workspace:job-detail", public_id=public_id)
