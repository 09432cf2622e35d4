"""Editing a card: a draft that is saved while typing, and the revision that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.actions import Act, action
from ledger.errors import Refused
from ledger.merge import Clash, Merge, merge_fields
from models_registry.actions.cards import add_revision, refuse_frozen
from models_registry.actions.editing import locked
from models_registry.cards import parse_card
from models_registry.cards.editing import LONGEST, blank_card, texts
from models_registry.cards.vocabulary import BY_KEY
from models_registry.exporting.patching import patch_card
from models_registry.models import CardDraft, CardRevision, ModelVersion
from vault.queries import read_bytes


@dataclass(frozen=True)
class DraftSaved:
    """What became of a save: the draft, all texts as they stand now, clashes with both texts."""

    draft: CardDraft
    texts: dict[str, str]
    clashes: tuple[Clash, ...] = ()
    changed: frozenset[str] = frozenset()
    other: User | None = None
    other_at: datetime | None = None


@dataclass(frozen=True)
class Made:
    """The new revision, or none and what clashes with a revision that came in between."""

    revision: CardRevision | None
    merge: Merge = field(default_factory=lambda: Merge({}))


def start_card(*, by: User, version: ModelVersion) -> CardRevision:
    """Give a version that has no card a first one: its name, its number and empty sections."""
    with action("models_registry.card.started", by=by) as act:
        _for_writing(by, version)
        if version.cards.exists():
            raise Refused(
                _("This version has a card already. Edit that one."), code="has-card", status=409
            )
        data = blank_card(version.model.name, version.number)
        return add_revision(
            act,
            by=by,
            version=version,
            data=data,
            file_name="card.md",
            card=parse_card(data),
            event="models_registry.card.started",
        )


def save_draft(
    *,
    by: User,
    version: ModelVersion,
    base: Mapping[str, str],
    values: Mapping[str, str],
    keep: frozenset[str] = frozenset(),
) -> DraftSaved:
    """Merge what ``by`` typed into the draft of ``version``, text by text.

    ``base`` holds the texts that were seen, ``values`` those that were sent; both by the key of
    ``cards.editing.Slot``. A text that somebody else changed meanwhile is left as it is and
    reported as a clash, unless named in ``keep``. Raises ``Refused`` when the version is frozen,
    has no card or a text is too long.
    """
    base, values = _plain(base), _plain(values)
    with action("models_registry.card.draft-saved", by=by) as act:
        _for_writing(by, version)
        draft = _draft(by, version)
        written = texts(draft.base.parsed.get("fields", {}))
        _check(values, written)
        merge = merge_fields(base, values, {**written, **draft.fields}, keep)
        before = (draft.edited_by, draft.updated_at) if merge.clashes else (None, None)
        if merge.changed:
            draft.fields = {k: v for k, v in merge.final.items() if v != written[k]}
            draft.edited_by = by
            act.save(draft)
    return DraftSaved(draft, merge.final, merge.clashes, merge.changed, *before)


def discard_draft(*, by: User, version: ModelVersion) -> CardDraft:
    """Forget all edits that are not a revision yet."""
    with action("models_registry.card.draft-discarded", by=by) as act:
        _for_writing(by, version)
        draft = _draft(by, version)
        _empty(act, draft, by, version.cards.first(), "models_registry.card.draft-discarded")
    return draft


def make_revision(
    *,
    by: User,
    version: ModelVersion,
    change_note: str,
    keep: frozenset[str] = frozenset(),
) -> Made:
    """Make the next revision from the draft: the bytes of the latest one with the edits in place.

    Only the edited texts change in the file. When a revision was imported since the draft began
    and changes the same texts, nothing is written and the merge tells both; ``keep`` names those
    where the draft wins. Raises ``Refused`` when there is nothing to write or the file cannot
    hold a text.
    """
    if not change_note.strip():
        raise Refused(_("Say what changed."), code="change-note", field="change_note")
    with action("models_registry.card.edited", by=by, reason=change_note) as act:
        _for_writing(by, version)
        draft = _draft(by, version)
        latest = version.cards.first() or draft.base
        merge = rebased(draft, latest, keep)
        if merge.clashes:
            return Made(None, merge)
        changes = {key: merge.final[key] for key in merge.changed}
        if not changes:
            raise Refused(_("Nothing was changed yet. Edit a field first."), code="no-changes")
        revision = _patched(act, by, latest, changes, change_note)
        _empty(act, draft, by, revision, "models_registry.card.draft-emptied")
    return Made(revision, merge)


def rebased(draft: CardDraft, latest: CardRevision, keep: frozenset[str] = frozenset()) -> Merge:
    """The edits of ``draft`` merged into the texts of ``latest``, which may be newer."""
    began = texts(draft.base.parsed.get("fields", {}))
    now = texts(latest.parsed.get("fields", {}))
    return merge_fields(
        began, draft.fields, {key: now.get(key, "") for key in (*now, *began)}, keep
    )


def _patched(
    act: Act, by: User, base: CardRevision, changes: Mapping[str, str], note: str
) -> CardRevision:
    data = patch_card(read_bytes(base.digest), base.format, dict(changes))
    card = parse_card(data)
    _check_held(changes, texts(card.fields))
    return add_revision(
        act,
        by=by,
        version=base.model_version,
        data=data,
        file_name=base.file_name,
        card=card,
        event="models_registry.card.edited",
        base=base,
        change_note=" ".join(note.split()),
    )


def _check_held(changes: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Raise ``Refused`` unless the new file says under each field what was typed."""
    for key, wanted in changes.items():
        if found.get(key, "").split() != wanted.split():
            raise Refused(
                _(
                    "“%(field)s” cannot hold this text: in the file, it would read differently. A "
                    "line that starts with “#” begins a new section there; put it into the card "
                    "by importing the edited file."
                )
                % {"field": BY_KEY[key].label},
                code="not-held",
                field=key,
            )


def _for_writing(by: User, version: ModelVersion) -> ModelVersion:
    """Wait for other writers of the version; nobody edits the card of a frozen one."""
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    now = locked(version)
    refuse_frozen(now)
    return now


def _draft(by: User, version: ModelVersion) -> CardDraft:
    found: CardDraft | None = (
        CardDraft.objects.select_for_update(of=("self",))
        .select_related("base", "edited_by", "model_version")
        .filter(model_version=version)
        .first()
    )
    latest = version.cards.first()
    if latest is None:
        raise Refused(
            _("This version has no card yet. Import one, or start with an empty one."),
            code="no-card",
        )
    if found is None:
        return CardDraft(model_version=version, base=latest, edited_by=by)
    if not found.fields:
        found.base = latest
    return found


def _empty(act: Act, draft: CardDraft, by: User, base: CardRevision | None, event: str) -> None:
    if draft._state.adding:
        return
    draft.fields, draft.edited_by = {}, by
    draft.base = base or draft.base
    act.save(draft, event=event)


def _check(values: Mapping[str, str], written: Mapping[str, str]) -> None:
    unknown = sorted(set(values) - set(written))
    if unknown:
        raise Refused(
            _("These fields cannot be changed: %(names)s.") % {"names": ", ".join(unknown)},
            code="not-editable",
        )
    for key, text in values.items():
        if len(text) > LONGEST:
            raise Refused(
                _("“%(field)s” is too long: at most %(limit)s characters.")
                % {"field": BY_KEY[key].label, "limit": f"{LONGEST:,}"},
                code="too-long",
                field=key,
            )
        if "\0" in text:
            raise Refused(_("NUL characters cannot be stored."), code="nul", field=key)


def _plain(sent: Mapping[str, Any]) -> dict[str, str]:
    """Line ends as the file has them when read: one character each."""
    return {k: str(v).replace("\r\n", "\n").replace("\r", "\n") for k, v in sent.items()}
