"""The page of a version, one tab at a time: each is an address and asks only for what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from ledger.transitions import verbs
from models_registry import queries, states
from models_registry.history import history
from models_registry.models import CardRevision, ModelVersion
from models_registry.queries.artifacts import artifacts_context
from models_registry.queries.card_editing import card_steps
from models_registry.queries.deployments import deployments_of
from models_registry.views.asking import person_of
from models_registry.views.lineage import lineage_of
from models_registry.words import STEPS
from web.views import visible_or_404

_CARD_PEOPLE = ("imported_by", "reviewed_by", "original")

Content = Callable[[User, ModelVersion, CardRevision | None], dict[str, Any]]


@dataclass(frozen=True)
class Tab:
    """``anchors`` are the sections that it holds: links to them from anywhere stay true."""

    key: str
    label: str | Promise
    anchors: tuple[str, ...]
    content: Content


@require_safe
def version_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One tab of the version: ``?tab=``; ``?revision=`` leads to that revision of the card."""
    user = person_of(request)
    found: QuerySet[ModelVersion] = ModelVersion.objects.select_related(
        "model__unit", "model__owner", "registered_by"
    )
    version: ModelVersion = visible_or_404(found, user, pk=pk)
    revision = request.GET.get("revision", "")
    tab = _tab(request.GET.get("tab", "card" if revision else TABS[0].key))
    card = _card(version, tab, revision)
    unit = version.model.unit_id
    context = {
        "version": version,
        "card": card,
        "tab": tab,
        "tabs": _links(tab),
        "may_edit": version.is_draft and can(user, Permission.VERSION_REGISTER, unit),
        "steps": [
            STEPS[t.verb]
            for t in verbs(states.VERSION, version.state)
            if can(user, Permission(t.permission), unit)
        ],
        **tab.content(user, version, card),
    }
    return render(request, f"models_registry/version_{tab.key}.html", context)


def _tab(wanted: str) -> Tab:
    for tab in TABS:
        if tab.key == wanted:
            return tab
    raise Http404


def _links(current: Tab) -> list[dict[str, Any]]:
    """What parts/tabs.html draws; the anchors of a tab lead to its link while it is closed."""
    return [
        {
            "url": f"?tab={tab.key}",
            "label": tab.label,
            "current": tab is current,
            "anchors": () if tab is current else tab.anchors,
        }
        for tab in TABS
    ]


def _card(version: ModelVersion, tab: Tab, revision: str) -> CardRevision | None:
    """The revision that is shown; without its long texts where no tab shows them."""
    if tab.key == "card":
        card = queries.card_of(version, revision)
    else:
        cards = version.cards.select_related("imported_by", "original")
        card = cards.defer("parsed", "extra", "report").first()
    if card is not None:
        card.model_version = version
    return card


def _overview(user: User, version: ModelVersion, card: CardRevision | None) -> dict[str, Any]:
    return {
        "systems": queries.systems_using(user, version.model),
        "datasets": queries.datasets_of(user, version),
        **lineage_of(user, version),
    }


def _words(user: User, version: ModelVersion, card: CardRevision | None) -> dict[str, Any]:
    cards = version.cards.select_related(*_CARD_PEOPLE).defer("parsed", "extra", "report")
    if card is None:
        return {"cards": list(cards)}
    return {
        "cards": list(cards),
        "card_steps": card_steps(user, card, version.model.unit_id),
        **queries.card_context(card),
    }


def _files(user: User, version: ModelVersion, card: CardRevision | None) -> dict[str, Any]:
    return artifacts_context(user, version)


def _serving(user: User, version: ModelVersion, card: CardRevision | None) -> dict[str, Any]:
    return deployments_of(user, version)


def _checks(user: User, version: ModelVersion, card: CardRevision | None) -> dict[str, Any]:
    return {}


def _past(user: User, version: ModelVersion, card: CardRevision | None) -> dict[str, Any]:
    cards = version.cards.defer("parsed", "extra", "report")
    return {"history": history(version, *cards)}


_CARD_PARTS = ("completeness", "figures", "card", "report", "revisions")
TABS: tuple[Tab, ...] = (
    Tab("overview", _("Overview"), ("notes", "tables", "lineage", "technical"), _overview),
    Tab("card", _("Card"), _CARD_PARTS, _words),
    Tab("files", _("Files"), ("artifacts",), _files),
    Tab("serving", _("Serving"), ("deployments",), _serving),
    Tab("checks", _("Checks and incidents"), ("checks",), _checks),
    Tab("history", _("History"), ("history",), _past),
)
