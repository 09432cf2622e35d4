"""Revisions of a card: their states and what changed between them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require
from accounts.permissions import Permission
from ledger.errors import Refused
from ledger.transitions import NoTransition, step
from models_registry import states
from models_registry.actions.card_steps import move_card
from models_registry.models import CardRevision
from models_registry.queries.card_editing import card_diff, other_revision
from models_registry.views.asking import form_page, person_of, reason_form
from models_registry.words import STEPS
from web.views import SeeOther, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def card_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Name the consequence, ask for the reason, take the step."""
    user = person_of(request)
    card = _card(request, pk)
    try:
        found = step(states.CARD, card.state, verb)
    except NoTransition as error:
        raise Http404 from error
    require(user, Permission(found.permission), card.model_version.model.unit_id)
    form = reason_form(request, found.needs_reason)
    if form.is_bound and form.is_valid():
        try:
            move_card(by=user, card=card, verb=verb, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(card)
    return form_page(request, "models_registry/step.html", form, record=card, step=STEPS[verb])


@require_safe
def card_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed in this revision since ``?to=``, another one; the one before unless named."""
    card = _card(request, pk)
    revisions = list(
        card.model_version.cards.select_related("imported_by").defer("parsed", "extra", "report")
    )
    other = other_revision(card, request.GET.get("to", ""))
    fields = card_diff(other, card) if other else []
    context = {
        "card": card,
        "other": other,
        "others": [revision for revision in revisions if revision.pk != card.pk],
        "changed": [field for field in fields if field.pieces],
        "same": [field for field in fields if not field.pieces],
    }
    return render(request, "models_registry/card_diff.html", context)


def _card(request: HttpRequest, pk: int) -> CardRevision:
    found = CardRevision.objects.select_related("model_version__model__unit", "imported_by")
    card: CardRevision = visible_or_404(found, person_of(request), pk=pk)
    return card
