"""The page of two editions of a framework: what becomes of each item."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can_anywhere
from frameworks import queries
from frameworks.actions import check_editions, settle_migration
from frameworks.migrating import PlannedChange, changes_digest, counts_of
from frameworks.models import FrameworkVersion, NodeChange
from frameworks.tables import ChangeTable
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class MigrationDetail(RecordList):
    """Two editions: the class of change of every item; settled once, then answers carry over."""

    table_class = ChangeTable
    template_name = "frameworks/migration_detail.html"

    old: FrameworkVersion
    new: FrameworkVersion
    changes: list[PlannedChange]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the two editions first."""
        self.old, self.new = _editions(request, kwargs["old"], kwargs["new"])
        check_editions(self.old, self.new)
        self.changes = queries.planned_changes(self.old, self.new)
        return super().get(request, *args, **kwargs)

    def queryset(self) -> Any:
        """The changes, narrowed to one class by ``?change=``."""
        wanted = self.request.GET.get("change", "")
        rows = [vars(change) for change in self.changes if wanted in ("", change.change)]
        titles = queries.titles(self.old.pk), queries.titles(self.new.pk)
        for row in rows:
            row["title"] = titles[1].get(row["new"]) or titles[0].get(row["old"], "")
        return rows

    def context(self) -> dict[str, Any]:
        """Counts by class, whether it is settled, and who may settle it."""
        counts = counts_of(self.changes)
        return {
            "title": _("%(old)s to %(new)s") % {"old": self.old, "new": self.new},
            "old": self.old,
            "new": self.new,
            "chosen": self.request.GET.get("change", ""),
            "counts": [(name, label, counts[name]) for name, label in NodeChange.Change.choices],
            "settled": queries.migration_between(self.old.pk, self.new.pk),
            "shown": changes_digest(self.changes),
            "may_settle": can_anywhere(self.request.user, Permission.FRAMEWORK_IMPORT),
        }


@require_POST
def migration_settle(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """Store the changes as they were shown."""
    one, other = _editions(request, old, new)
    found = settle_migration(
        by=cast(User, request.user),
        from_version=one,
        to_version=other,
        shown=request.POST.get("shown", ""),
    )
    messages.success(request, _("Settled. The next period of an assessment can use this edition."))
    return SeeOther(found)


def _editions(request: HttpRequest, old: int, new: int) -> tuple[FrameworkVersion, Any]:
    versions = FrameworkVersion.objects.select_related("framework")
    return (
        visible_or_404(versions, request.user, pk=old),
        visible_or_404(versions, request.user, pk=new),
    )
