"""The states of a card revision: looked at by somebody else, published, taken back."""

from django.utils.translation import gettext as _

from accounts.models import User
from ledger.actions import Act, action
from ledger.errors import Refused
from ledger.models import Event
from models_registry import states
from models_registry.actions.editing import locked, take_step
from models_registry.models import CardDraft, CardRevision

_PAST = {
    "ask_review": "review-asked",
    "review": "reviewed",
    "publish": "published",
    "send_back": "sent-back",
    "unpublish": "unpublished",
}


def move_card(*, by: User, card: CardRevision, verb: str, reason: str = "") -> CardRevision:
    """Take ``card`` one step through ``states.CARD``.

    Whoever wrote a revision, or typed into the draft that it was made from, does not review it. A
    version has one published revision at most: the
    one before goes back to “reviewed”. Raises ``PermissionDenied`` or ``Refused``.
    """
    unit = card.model_version.model.unit
    target = take_step(states.CARD, card.state, verb, by=by, unit=unit, reason=reason)
    if verb == "review" and _wrote(by, card):
        raise Refused(
            _("You wrote this revision. Ask somebody else to review it."), code="four-eyes"
        )
    with action(f"models_registry.card.{_PAST[verb]}", by=by, reason=reason) as act:
        locked(card.model_version)
        if target == states.PUBLISHED:
            _replace(act, card)
        if verb == "review":
            card.reviewed_by = by
        if target == states.DRAFT:
            card.reviewed_by = None
        card.state = target
        act.save(card)
    return card


def _wrote(by: User, card: CardRevision) -> bool:
    """Whether words of ``by`` may be in it: the draft may have had several writers."""
    if card.imported_by_id == by.pk:
        return True
    draft = CardDraft.objects.filter(model_version=card.model_version_id).first()
    if card.base is None or draft is None:
        return False
    saved: bool = Event.objects.filter(
        subject=draft.key,
        action="models_registry.card.draft-saved",
        actor=by.key,
        at__range=(card.base.created_at, card.created_at),
    ).exists()
    return saved


def _replace(act: Act, card: CardRevision) -> None:
    published = card.model_version.cards.filter(state=states.PUBLISHED).exclude(pk=card.pk)
    for other in published:
        other.state = states.REVIEWED
        act.save(other, event="models_registry.card.unpublished")
