"""One search over everything that I may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frameworks.models import Node
from governance.assessments.models import Assessment
from incidents.models import Incident
from models_registry.models import AISystem, DatasetVersion, ModelVersion
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
    Kind(_("Model versions"), ModelVersion, ("model__name", "number")),
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
    groups = [{"title": kind.title, "hits": _hits(kind, text, user)} for kind in KINDS]
    groups.append({"title": _("Framework"), "hits": _nodes(text)})
    return [group for group in groups if group["hits"]]


def _hits(kind: Kind, text: str, user: Any) -> list[dict[str, str]]:
    found = first(_matches(kind, text, user), SHOWN)
    return [{"text": str(hit), "url": hit.get_absolute_url()} for hit in found]


def _nodes(text: str) -> list[dict[str, str]]:
    wanted = Q(key__icontains=text) | Q(title__icontains=text)
    nodes = first(Node.objects.with_title().filter(wanted).order_by("order"), SHOWN)
    return [
        {
            "text": f"{node.key} {node.title}",
            "url": reverse("frameworks:node-detail", kwargs={"pk": node.pk}),
        }
        for node in nodes
    ]


def _matches(kind: Kind, text: str, user: Any) -> QuerySet[Any]:
    wanted = Q()
    for column in kind.columns:
        wanted |= Q(**{f"{column}__icontains": text})
    found: QuerySet[Any] = kind.model.objects.visible_to(user).filter(wanted).order_by("-pk")
    return found
