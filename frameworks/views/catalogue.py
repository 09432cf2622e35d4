"""Pages of the catalogue."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can_anywhere
from frameworks import queries
from frameworks.actions import import_official_texts
from frameworks.forms import PlaybookForm, SearchForm
from frameworks.json_files import read_limited
from frameworks.models import FrameworkVersion, Node, NodeText
from frameworks.tables import VersionTable
from ledger.errors import Refused
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class FrameworkList(RecordList):
    """Which framework versions there are."""

    table_class = VersionTable
    title = _("Frameworks")
    template_name = "frameworks/framework_list.html"

    def queryset(self) -> QuerySet[Any]:
        """Every version, with the number of its assessable nodes."""
        versions: QuerySet[Any] = FrameworkVersion.objects.select_related("framework").annotate(
            assessable=Count("nodes", filter=Q(nodes__assessable=True)),
            identifiers=Count("nodes"),
        )
        return versions.visible_to(self.request.user)  # type: ignore[attr-defined,no-any-return]

    def context(self) -> dict[str, Any]:
        """A button for administrators."""
        if not can_anywhere(self.request.user, Permission.FRAMEWORK_IMPORT):
            return {}
        url = reverse("frameworks:framework-add")
        return {"primary": {"url": url, "label": _("Add a framework")}}


@require_safe
def version_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The tree of a version, narrowed by a search."""
    version = visible_or_404(
        FrameworkVersion.objects.select_related("framework"), request.user, pk=pk
    )
    form = SearchForm(request.GET or None)
    search = form.cleaned_data["q"] if form.is_valid() else ""
    branches = queries.tree(version, search)
    context = {
        "version": version,
        "form": form,
        "search": search,
        "branches": branches,
        "is_rmf": version.framework.key == queries.AI_RMF[0],
        "lines": queries.flat(branches),
        "found": queries.count_assessable(branches),
        "sources": version.text_sources.select_related("imported_by"),
        "crosswalks": queries.mapping_sets().filter(
            Q(source_version=version) | Q(target_version=version)
        ),
        "may_import": can_anywhere(request.user, Permission.FRAMEWORK_IMPORT),
    }
    return render(request, "frameworks/version_detail.html", context)


@require_safe
def node_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One node: our words, the question, evidence kinds, official texts."""
    node = visible_or_404(
        Node.objects.select_related("framework_version__framework", "parent").with_title(),
        request.user,
        pk=pk,
    )
    texts = queries.node_texts(node)
    before, after = queries.neighbours(node)
    context = {
        "node": node,
        "version": node.framework_version,
        "is_rmf": node.framework_version.framework.key == queries.AI_RMF[0],
        "texts": texts,
        "official": [
            (kind.label, texts.official[kind]) for kind in NodeText.Kind if kind in texts.official
        ],
        "children": queries.children(node),
        "crosswalks": queries.crosswalks_of(node),
        "actions": queries.actions_of(node),
        "obligations": queries.obligations_of(node, timezone.now().date()),
        "previous": before,
        "next": after,
    }
    return render(request, "frameworks/node_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def playbook_import(request: HttpRequest) -> HttpResponse:
    """Upload NIST's Playbook export (administrators)."""
    if not can_anywhere(request.user, Permission.FRAMEWORK_IMPORT):
        raise PermissionDenied(_("Importing official texts needs the role of an administrator."))
    form = PlaybookForm(request.POST, request.FILES) if request.method == "POST" else PlaybookForm()
    result = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            result = import_official_texts(
                by=cast(User, request.user), data=read_limited(upload.file), file_name=upload.name
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if result.changed:
                return SeeOther("frameworks:version-detail", pk=result.source.framework_version_id)
    status = 422 if form.errors else 200
    context = {"form": form, "result": result, "version": queries.current_version()}
    return render(request, "frameworks/playbook_import.html", context, status=status)
