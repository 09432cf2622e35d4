"""One search over everything that I may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frameworks.queries import search_nodes
from governance.assessments.models import Assessment
from incidents.models import Incident
from models_registry.models import AISystem, DatasetVersion, Model
from workspace.queries import first

SHOWN = 10
LONGEST = 200


@dataclass(frozen=True)
class Kind:
    """Where to look for one kind of record, in which columns, and how to call a hit."""

    title: str | Promise
    model: Any
    columns: tuple[str, ...]


KINDS = (
    Kind(_("Systems"), AISystem, ("name", "purpose")),
    Kind(_("Models"), Model, ("name",)),
    Kind(_("Tables"), DatasetVersion, ("name", "label")),
    Kind(_("Incidents"), Incident, ("title", "summary")),
    Kind(_("Assessments"), Assessment, ("title",)),
)


def search(request: HttpRequest) -> HttpResponse:
    """Records whose words hold the text; at most ten of a kind."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    groups = _found(text, request.user) if text else []
    context = {"search_text": text, "groups": groups, "total": sum(len(g["hits"]) for g in groups)}
    return render(request, "workspace/search.html", context)


def _found(text: str, user: Any) -> list[dict[str, Any]]:
    groups = [{"title": k.title, "hits": first(_matches(k, text, user), SHOWN)} for k in KINDS]
    groups.append({"title": _("Framework"), "hits": first(search_nodes(text), SHOWN)})
    return [group for group in groups if group["hits"]]


def _matches(kind: Kind, text: str, user: Any) -> QuerySet[Any]:
    wanted = Q()
    for column in kind.columns:
        wanted |= Q(**{f"{column}__icontains": text})
    found: QuerySet[Any] = kind.model.objects.visible_to(user).filter(wanted).order_by("-pk")
    return found
