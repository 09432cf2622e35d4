"""Long work that somebody asked for."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from jobs.actions import cancel
from web.views import SeeOther
from workspace.queries import first, jobs_visible_to


def job_list(request: HttpRequest) -> HttpResponse:
    """My last hundred jobs, open ones first."""
    found = first(jobs_visible_to(request.user), 100)  # type: ignore[arg-type]
    found.sort(key=lambda job: not job.is_open)
    return render(request, "workspace/job_list.html", {"jobs": found})


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
