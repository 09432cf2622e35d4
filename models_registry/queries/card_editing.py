"""What the editor of a card shows, and what changed between revisions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from ledger.transitions import verbs
from models_registry import states
from models_registry.cards import editing
from models_registry.cards.diff import SAME, Piece, word_diff
from models_registry.cards.editing import Slot
from models_registry.cards.vocabulary import BY_KEY, CORE
from models_registry.models import CardDraft, CardRevision, ModelVersion
from models_registry.words import STEPS, Step

_CONTEXT = 240


@dataclass(frozen=True)
class Editor:
    """The texts of a card with the edits of its draft.

    ``card`` is the revision on which the draft stands, ``latest`` the newest one.
    """

    card: CardRevision
    latest: CardRevision
    draft: CardDraft | None
    slots: dict[str, Slot]
    values: dict[str, str]

    @property
    def edits(self) -> dict[str, str]:
        """The texts that differ from the revision."""
        return self.draft.fields if self.draft else {}

    @property
    def meter(self) -> dict[str, Any]:
        """Core fields filled, and those that are not."""
        return meter(self.card, self.edits)


def editor(version: ModelVersion) -> Editor | None:
    """The editor of the card of ``version``; none when it has no card. Two queries."""
    latest = version.cards.first()
    if latest is None:
        return None
    drafts = CardDraft.objects.select_related("base", "edited_by")
    draft = drafts.filter(model_version=version).first()
    card = draft.base if draft and draft.fields else latest
    slots = editing.slots(card.parsed.get("fields", {}))
    edits = draft.fields if draft else {}
    values = {key: edits.get(key, slot.text) for key, slot in slots.items()}
    return Editor(card, latest, draft, slots, values)


def meter(card: CardRevision, edits: Mapping[str, str]) -> dict[str, Any]:
    """How complete ``card`` is with ``edits`` made: counts, and the labels of empty fields."""
    filled = editing.filled(card.parsed.get("fields", {}), edits)
    return {
        "filled": sum(filled.values()),
        "whole": len(CORE),
        "empty": [field for field in CORE if not filled[field.key]],
    }


def card_steps(user: User, card: CardRevision, unit: int) -> list[Step]:
    """The steps of the card that this person may take; nobody reviews what he wrote himself."""
    return [
        STEPS[transition.verb]
        for transition in verbs(states.CARD, card.state)
        if can(user, Permission(transition.permission), unit)
        and not (transition.verb == "review" and card.imported_by_id == user.pk)
    ]


@dataclass(frozen=True)
class FieldDiff:
    """One field of two revisions; ``pieces`` is empty when it is the same in both."""

    label: str
    pieces: list[Piece] = field(default_factory=list)


def other_revision(card: CardRevision, wanted: str) -> CardRevision | None:
    """The revision of that number, else the one that ``card`` was made from or the one before.

    Raises ``Http404`` for a number that the version does not have.
    """
    revisions = card.model_version.cards.select_related("imported_by")
    if wanted:
        known = wanted.isdecimal() and len(wanted) < 9
        found: CardRevision | None = revisions.filter(number=int(wanted)).first() if known else None
        if found is None:
            raise Http404
        return found
    before = revisions.filter(number__lt=card.number)
    made_from: CardRevision | None = before.filter(pk=card.base_id).first() or before.first()
    return made_from


def card_diff(old: CardRevision, new: CardRevision) -> list[FieldDiff]:
    """Every field that one of two revisions has, in the order of the vocabulary."""
    return diff_texts(_comparable(old), _comparable(new))


def draft_diff(found: Editor) -> list[FieldDiff]:
    """What the draft changes."""
    old = {_label(slot): slot.text for slot in found.slots.values()}
    new = {_label(slot): found.values[key] for key, slot in found.slots.items()}
    return diff_texts(old, new)


def diff_texts(old: Mapping[str, str], new: Mapping[str, str]) -> list[FieldDiff]:
    """The differences of texts by label; long stretches without change are cut."""
    found = []
    for label in dict.fromkeys([*new, *old]):
        before, after = old.get(label, ""), new.get(label, "")
        if not before and not after:
            continue
        same = before == after
        found.append(FieldDiff(label, [] if same else _cut(word_diff(before, after))))
    return found


def _label(slot: Slot) -> str:
    return " · ".join(str(label) for label in slot.labels)


def _comparable(card: CardRevision) -> dict[str, str]:
    """All that a card says, by label: merged fields, figures, what has no field of its own."""
    found: dict[str, str] = {
        str(merged.label): "\n\n".join(dict.fromkeys(card.texts(key)))
        for key, merged in BY_KEY.items()
    }
    figures = [f"{f['name']}: {f['text']}  {f['task']} {f['dataset']}" for f in card.figures]
    found[_("Figures that the card states")] = "\n".join(line.strip() for line in figures)
    others = [f"{s['title']}\n{s['text']}" for s in card.sections if not s["fields"]]
    found[_("Sections without a field of their own")] = "\n\n".join(others)
    found[_("Data without a field of its own")] = (
        json.dumps(card.extra, ensure_ascii=False, indent=1) if card.extra else ""
    )
    return found


def _cut(pieces: list[Piece]) -> list[Piece]:
    """Long equal stretches as their two ends."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.kind != SAME or len(piece.text) <= 3 * _CONTEXT:
            found.append(piece)
            continue
        left_out = len(piece.text) - 2 * _CONTEXT
        found += [
            Piece(SAME, piece.text[:_CONTEXT]),
            Piece("gap", f"{left_out:,}"),
            Piece(SAME, piece.text[-_CONTEXT:]),
        ]
    return found
