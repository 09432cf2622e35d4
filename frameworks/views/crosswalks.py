"""Pages of crosswalks and obligations."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can_anywhere
from frameworks import queries
from frameworks.actions import add_crosswalk, plan_crosswalk
from frameworks.forms import CrosswalkForm
from frameworks.json_files import read_limited
from frameworks.models import FrameworkVersion, ObligationPack
from frameworks.tables import (
    MappingFilter,
    MappingSetFilter,
    MappingSetTable,
    MappingTable,
    ObligationFilter,
    ObligationTable,
)
from ledger.errors import Refused
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class CrosswalkList(RecordList):
    """Which frameworks are mapped to each other, and by whom."""

    table_class = MappingSetTable
    filterset_class = MappingSetFilter
    title = gettext_lazy("Crosswalks")
    template_name = "frameworks/crosswalk_list.html"

    def context(self) -> dict[str, Any]:
        """A button for administrators."""
        if not can_anywhere(self.request.user, Permission.FRAMEWORK_IMPORT):
            return {}
        url = reverse("frameworks:crosswalk-add")
        return {"primary": {"url": url, "label": _("Add a crosswalk")}}

    def queryset(self) -> QuerySet[Any]:
        """Every set, with the number of its pairs."""
        return queries.mapping_sets().visible_to(self.request.user)  # type: ignore[attr-defined,no-any-return]


class CrosswalkDetail(RecordList):
    """Two frameworks: sets with their sources, where they disagree, and all pairs."""

    table_class = MappingTable
    filterset_class = MappingFilter
    template_name = "frameworks/crosswalk_detail.html"

    source: FrameworkVersion
    target: FrameworkVersion

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the two versions first."""
        versions = FrameworkVersion.objects.select_related("framework")
        self.source = visible_or_404(versions, request.user, pk=kwargs["source"])
        self.target = visible_or_404(versions, request.user, pk=kwargs["target"])
        return super().get(request, *args, **kwargs)

    def queryset(self) -> QuerySet[Any]:
        """The pairs between the two, in reading order."""
        return (  # type: ignore[no-any-return]
            queries.mappings()
            .filter(
                mapping_set__source_version=self.source, mapping_set__target_version=self.target
            )
            .visible_to(self.request.user)  # type: ignore[attr-defined]
        )

    def context(self) -> dict[str, Any]:
        """Sets, overlaps, matrix and what no set maps."""
        groups, lines = queries.matrix(self.source, self.target)
        return {
            "title": _("%(one)s and %(other)s") % {"one": self.source, "other": self.target},
            "source": self.source,
            "target": self.target,
            "sets": queries.mapping_sets().filter(
                source_version=self.source, target_version=self.target
            ),
            "overlaps": queries.overlaps(self.source, self.target),
            "groups": groups,
            "lines": lines,
            "unmapped": queries.unmapped(self.source, self.target),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def crosswalk_add(request: HttpRequest) -> HttpResponse:
    """Upload a crosswalk; every row that is wrong is named with its place."""
    if not can_anywhere(request.user, Permission.FRAMEWORK_IMPORT):
        raise PermissionDenied(_("Adding a crosswalk needs the role of an administrator."))
    sent = request.method == "POST"
    form = CrosswalkForm(request.POST, request.FILES) if sent else CrosswalkForm()
    problems = []
    if sent and form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("file")
        data, pair = read_limited(upload.file), (values["source_version"], values["target_version"])
        try:
            problems = plan_crosswalk(data, *pair).checked.problems
            return SeeOther(
                add_crosswalk(
                    by=cast(User, request.user), data=data, file_name=upload.name, **values
                )
            )
        except Refused as refused:
            form.add_refusal(refused)
    context = {"form": form, "problems": problems}
    status = 422 if form.errors else 200
    return render(request, "frameworks/crosswalk_add.html", context, status=status)


class ObligationList(RecordList):
    """What applies from when, and how sure that is."""

    table_class = ObligationTable
    filterset_class = ObligationFilter
    title = gettext_lazy("Obligations")
    template_name = "frameworks/obligation_list.html"

    def queryset(self) -> QuerySet[Any]:
        """By date; what is ahead and what has ended alike."""
        today = timezone.now().date()
        return queries.obligations(today).visible_to(self.request.user)  # type: ignore[attr-defined,no-any-return]

    def context(self) -> dict[str, Any]:
        """The packs with their sources."""
        return {"packs": ObligationPack.objects.all()}
