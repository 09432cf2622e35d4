"""Writes about model cards: the original bytes go to the vault, what they say to the record."""

import io
from typing import Any

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.actions import Act, action
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from models_registry.actions.editing import locked
from models_registry.cards import Card, parse_card
from models_registry.cards.decode import MAX_BYTES
from models_registry.cards.formats import ENDINGS, MEDIA_TYPES
from models_registry.cards.wording import one_line
from models_registry.models import CardRevision, ModelVersion
from vault.actions import store


def import_card(*, by: User, version: ModelVersion, data: bytes, file_name: str) -> CardRevision:
    """Add the card in ``data`` to a draft version as its next revision.

    The same bytes again give the revision that holds them. Raises ``Refused`` when the version is
    frozen or the bytes are no card; nothing is written then.
    """
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    refuse_frozen(version)
    card = parse_card(data, file_name)
    with action("models_registry.card.imported", by=by) as act:
        # Whoever submits waits for this lock, so that no card slips in behind the digest.
        refuse_frozen(locked(version))
        latest = version.cards.first()
        if latest is not None and latest.digest == sha256_hex(data):
            return latest
        return add_revision(act, by=by, version=version, data=data, file_name=file_name, card=card)


def refuse_frozen(version: ModelVersion) -> None:
    """Raise ``Refused`` unless ``version`` is a draft."""
    if not version.is_draft:
        raise Refused(
            _("Version %(number)s is frozen. Register a new version instead.")
            % {"number": version.number},
            code="frozen",
            status=409,
        )


def add_revision(
    act: Act,
    *,
    by: User,
    version: ModelVersion,
    data: bytes,
    file_name: str,
    card: Card,
    event: str = "models_registry.card.imported",
    **edit: Any,
) -> CardRevision:
    """Keep ``data`` in the vault and write the next revision, inside the running action.

    ``edit`` is ``base`` and ``change_note`` when the revision is an edit of another one.
    """
    why = f"model card of {version}"
    media_type = MEDIA_TYPES[card.format]
    original = store(io.BytesIO(data), media_type=media_type, by=by, why=why, max_bytes=MAX_BYTES)
    latest = version.cards.first()
    revision = CardRevision(
        model_version=version,
        number=latest.number + 1 if latest else 1,
        original=original,
        digest=original.digest,
        file_name=one_line(file_name) or f"card{ENDINGS[card.format]}",
        format=card.format,
        media_type=media_type,
        parsed=card.parsed(),
        extra=card.extra,
        report={**card.report.as_json(), "filled": card.filled},
        completeness=card.completeness,
        imported_by=by,
        **edit,
    )
    act.save(revision, event=event)
    return revision
