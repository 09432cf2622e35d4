"""Current against target: the gap list, the plan, and keeping what stood on a day."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import permissions_in
from frameworks.models import Profile
from governance.assessments import queries
from governance.assessments.actions import keep_current_profile, plan_step
from governance.assessments.forms import StepForm
from governance.assessments.models import Assessment, PlanStep
from governance.assessments.tables_gaps import GapTable
from governance.assessments.views.asking import WITH_FACTS
from ledger.errors import Refused
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

SHOWN = (
    ("", gettext_lazy("all items")),
    ("open", gettext_lazy("with a gap")),
    ("unplanned", gettext_lazy("with a gap and no plan")),
    ("late", gettext_lazy("late")),
    ("unknown", gettext_lazy("level not known")),
)


class GapList(RecordList):
    """Each item against its target level, the largest gap first."""

    table_class = GapTable
    template_name = "assessments/gap_list.html"
    title = gettext_lazy("Gap")
    paginate_by = 100

    assessment: Assessment
    profile: Profile | None
    found: list[queries.Gap]

    def queryset(self) -> Any:
        """The gaps against ``?profile=``, or the nearest target; narrowed by ``?show=``."""
        self.assessment = visible_or_404(WITH_FACTS, self.request.user, pk=self.kwargs["pk"])
        self.profile = _chosen(self.request, self.assessment)
        self.found = queries.gaps(self.assessment, self.profile) if self.profile else []
        return [_row(self.assessment, gap) for gap in self.found if self._shown(gap)]

    def context(self) -> dict[str, Any]:
        """The profiles to choose from, the sums, and who may do what."""
        user, unit = self.request.user, self.assessment.unit_id
        held = permissions_in(user, unit)
        return {
            "assessment": self.assessment,
            "profile": self.profile,
            "profiles": queries.target_profiles(self.assessment, user),
            "sum": queries.sum_of(self.found),
            "shown": SHOWN,
            "show": self.request.GET.get("show", ""),
            "may_open": Permission.ASSESSMENT_OPEN in held,
            "may_plan": bool(held & {Permission.ASSESSMENT_ANSWER, Permission.ASSESSMENT_OPEN}),
        }

    def _shown(self, gap: queries.Gap) -> bool:
        wanted = self.request.GET.get("show", "")
        return {
            "open": bool(gap.size),
            "unplanned": bool(gap.size) and gap.step is None,
            "late": gap.late(timezone.localdate()),
            "unknown": not gap.known,
        }.get(wanted, True)


@require_http_methods(["GET", "HEAD", "POST"])
def gap_plan(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """What is done about one item, by whom, until when."""
    by = cast(User, request.user)
    assessment = visible_or_404(WITH_FACTS, by, pk=pk)
    row = queries.row_for(assessment, key)
    if row is None:
        raise Http404
    step = PlanStep.objects.filter(assessment=assessment, node=row.pk).first()
    sent = request.POST if request.method == "POST" else None
    initial = {name: getattr(step, name) for name in PlanStep.FIELDS} if step else {"owner": by}
    form = StepForm(
        sent,
        initial={**initial, "version": step.version if step else 0},
        people=queries.possible_owners(by),
    )
    back = reverse("assessments:gap-list", args=[assessment.pk])
    if sent is not None and form.is_valid():
        try:
            plan_step(by=by, assessment=assessment, key=row.key, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Planned."))
            return SeeOther(back)
    profile = _chosen(request, assessment)
    gaps = queries.gaps(assessment, profile) if profile else []
    gap = next((found for found in gaps if found.row.pk == row.pk), None)
    context = {"assessment": assessment, "row": row, "form": form, "back": back, "gap": gap}
    status = 422 if form.errors else 200
    return render(request, "assessments/gap_plan.html", context, status=status)


@require_POST
def current_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the levels that count now as a profile."""
    assessment = visible_or_404(WITH_FACTS, request.user, pk=pk)
    title = _("%(title)s on %(day)s") % {"title": assessment.title, "day": timezone.localdate()}
    kept = keep_current_profile(
        by=cast(User, request.user), assessment=assessment, title=title[:200]
    )
    messages.success(request, _("The levels of today are kept."))
    return SeeOther(kept)


def _chosen(request: HttpRequest, assessment: Assessment) -> Profile | None:
    """The profile of ``?profile=``, else the first to choose from. Raises Http404."""
    profiles = queries.target_profiles(assessment, request.user)
    wanted = request.GET.get("profile", "")
    if not wanted:
        found: Profile | None = profiles.first()
        return found
    if not wanted.isdecimal() or len(wanted) > 18:
        raise Http404
    chosen: Profile | None = profiles.filter(pk=int(wanted)).first()
    if chosen is None:
        raise Http404
    return chosen


def _row(assessment: Assessment, gap: queries.Gap) -> dict[str, Any]:
    step = gap.step
    late = gap.late(timezone.localdate())
    state = "done" if step and step.done_on else "late" if late else "planned" if step else ""
    return {
        "assessment": assessment.pk,
        "slug": gap.row.slug,
        "key": gap.row.key,
        "title": gap.row.title or gap.row.key,
        "order": gap.row.order,
        "current": gap.current,
        "progress": str(gap.row.progress),
        "target": gap.target,
        "size": gap.size,
        "reason": gap.reason,
        "what": step.what if step else "",
        "owner": step.owner.name if step else "",
        "due_date": step.due_date if step else None,
        "state": state,
    }
