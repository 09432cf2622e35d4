"""Cards in other formats: what each can hold, then the file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ledger.errors import Refused
from models_registry.models import CardRevision
from models_registry.queries.card_exports import card_choices, card_file
from web.views import attachment, visible_or_404


@require_safe
def card_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The formats to choose from; with ``?to=`` what that format cannot hold, before the file."""
    card = _card(request, pk)
    choices = card_choices(card)
    wanted = request.GET.get("to", "")
    chosen = next((choice for choice in choices if choice.target == wanted), None)
    if wanted and chosen is None:
        raise Http404
    context = {
        "card": card,
        "choices": choices,
        "chosen": chosen,
        "format": card.format_name,
    }
    return render(request, "models_registry/card_export.html", context)


@require_safe
def card_export_file(request: HttpRequest, pk: int, target: str) -> HttpResponse:
    """The card as a file of that format."""
    card = _card(request, pk)
    try:
        made = card_file(card, target)
    except Refused as refused:
        raise Http404 from refused
    return attachment(made.data, media_type=made.media_type, name=made.file_name)


def _card(request: HttpRequest, pk: int) -> CardRevision:
    rows = CardRevision.objects.select_related("model_version__model")
    found: CardRevision = visible_or_404(rows, request.user, pk=pk)
    return found
