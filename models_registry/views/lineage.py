"""What a version was made from: its section and its page."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from charts import Edge, Node, layered_graph
from ledger.errors import Refused
from models_registry.actions.parents import add_parent, remove_parent
from models_registry.forms.parents import ParentForm
from models_registry.models import ModelVersion, VersionParent
from models_registry.queries.lineage import Kin, lineage
from models_registry.schemas import fields_of
from models_registry.views.asking import form_page, person_of
from web.views import SeeOther, visible_or_404


def lineage_of(user: User, version: ModelVersion) -> dict[str, Any]:
    """What the page of ``version`` says about its lineage."""
    found = lineage(user, version)
    nodes = [_node(kin) for kin in found.kin.values()]
    drawn = [(start, link, end) for start, link, end in found.links if start != end]
    edges = [Edge(start, end, link.get_relation_display()) for start, link, end in drawn]
    rows = [
        {"child": _shown(found.kin[end]), "link": link, "parent": _shown(found.kin[start])}
        for start, link, end in drawn
    ]
    picture = layered_graph(
        nodes,
        edges,
        title=_("What %(version)s was made from, and what was made from it") % {"version": version},
        description=_("The table below says the same in words."),
    )
    sides = ((_("Inputs"), "inputs"), (_("Outputs"), "outputs"))
    io_sides = [
        {"title": title, "fields": fields}
        for title, side in sides
        if (fields := fields_of(version.io_schema or {}, side))
    ]
    return {
        "lineage": rows,
        "lineage_cut": found.cut,
        "lineage_picture": picture if rows else "",
        "io_sides": io_sides,
    }


def _node(kin: Kin) -> Node:
    if kin.version is None:
        return Node(kin.key, kin.outside or _("not shown to you"), kin.level, quiet=True)
    name, number = kin.version.model.name, kin.version.number
    return Node(kin.key, name, kin.level, detail=number, focus=kin.level == 0)


def name_of(kin: Kin) -> str:
    """How a version is called, or that it may not be named."""
    if kin.version is not None:
        return str(kin.version)
    return kin.outside or _("a version that you may not see")


def _shown(kin: Kin) -> dict[str, Any]:
    url = kin.version.get_absolute_url() if kin.version else ""
    return {"name": name_of(kin), "url": url, "outside": bool(kin.outside)}


@require_http_methods(["GET", "HEAD", "POST"])
def version_parents(request: HttpRequest, pk: int) -> HttpResponse:
    """The parents of a draft: add one, take one away."""
    user = person_of(request)
    found: QuerySet[ModelVersion] = ModelVersion.objects.select_related("model__unit")
    version = visible_or_404(found, user, pk=pk)
    require(user, Permission.VERSION_REGISTER, version.model.unit_id)
    search = request.GET.get("q", "")[:200]
    form = ParentForm(request.POST or None, user=user, version=version, search=search)
    if form.is_bound and form.is_valid():
        try:
            add_parent(by=user, version=version, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(_page(version.pk))
    links = version.parent_links.select_related("parent__model")
    visible = set(
        ModelVersion.objects.visible_to(user)
        .filter(pk__in=[link.parent_id for link in links if link.parent_id])
        .values_list("pk", flat=True)
    )
    context = {"version": version, "links": links, "visible": visible, "search": search}
    return form_page(request, "models_registry/version_parents.html", form, **context)


@require_http_methods(["POST"])
def parent_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a parent of a draft away."""
    user = person_of(request)
    found: QuerySet[VersionParent] = VersionParent.objects.select_related("child__model")
    link = visible_or_404(found, user, pk=pk)
    remove_parent(by=user, link=link)
    return SeeOther(_page(link.child_id))


def _page(pk: int) -> str:
    return reverse("models_registry:version-parents", kwargs={"pk": pk})
