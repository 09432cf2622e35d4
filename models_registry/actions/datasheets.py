"""Writes about what is known of a table."""

import io
from collections.abc import Mapping
from typing import Any

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.actions import Act, action
from ledger.merge import Merge, merge_fields
from models_registry.actions.editing import locked
from models_registry.cards.croissant import MEDIA_TYPE, THEMES, parse_croissant, themes_of
from models_registry.cards.decode import MAX_BYTES
from models_registry.cards.wording import one_line
from models_registry.models import DatasetVersion, Datasheet
from vault.actions import store


def import_datasheet(
    *, by: User, dataset: DatasetVersion, data: bytes, file_name: str
) -> Datasheet:
    """Add the Croissant file in ``data`` as the next datasheet of a table; its bytes are kept.

    Raises ``Refused`` when the bytes are no Croissant file; nothing is written then.
    """
    require(by, Permission.DATASET_UPLOAD, dataset.unit_id)
    card = parse_croissant(data)
    with action("models_registry.datasheet.imported", by=by) as act:
        locked(dataset)
        why = f"datasheet of {dataset}"
        original = store(
            io.BytesIO(data), media_type=MEDIA_TYPE, by=by, why=why, max_bytes=MAX_BYTES
        )
        return _add(
            act, by, dataset, themes_of(card), original=original,
            file_name=one_line(file_name) or "croissant.json",
            parsed={"fields": card.fields, "extra": card.extra}, report=card.report.as_json(),
        )  # fmt: skip


def write_datasheet(
    *, by: User, dataset: DatasetVersion, base: Mapping[str, str], themes: Mapping[str, str]
) -> Merge:
    """Make the next datasheet from ``themes``, merged theme by theme with what stands there.

    ``base`` holds the texts that were seen. Where somebody else changed the same theme meanwhile
    nothing is written and the merge names the clashes.
    """
    require(by, Permission.DATASET_UPLOAD, dataset.unit_id)
    with action("models_registry.datasheet.written", by=by) as act:
        locked(dataset)
        latest = dataset.datasheets.first()
        stored = {key: (latest.themes.get(key, "") if latest else "") for key in THEMES}
        merge = merge_fields(dict(base), dict(themes), stored)
        if merge.changed and not merge.clashes:
            _add(act, by, dataset, merge.final)
    return merge


def _add(
    act: Act, by: User, dataset: DatasetVersion, themes: Mapping[str, str], **values: Any
) -> Datasheet:
    latest = dataset.datasheets.first()
    sheet = Datasheet(
        dataset=dataset,
        number=latest.number + 1 if latest else 1,
        themes=dict(themes),
        written_by=by,
        **values,
    )
    act.save(sheet)
    return sheet
