"""Exports of a card: its own bytes for its own format, a built file with a loss report for others.

The same record always gives the same bytes.
"""

import re

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.decode import decode
from models_registry.cards.formats import (
    CYCLONEDX_16,
    CYCLONEDX_17,
    ENDINGS,
    HUGGING_FACE,
    JSON,
    MARKDOWN,
    MCT,
    MEDIA_TYPES,
    MLMODEL,
    NAMES,
)
from models_registry.cards.json_tree import load_json
from models_registry.cards.wording import normalise
from models_registry.exporting.cyclonedx import build_cyclonedx
from models_registry.exporting.edits import Edit, splice
from models_registry.exporting.markdown import build_hugging_face, build_markdown
from models_registry.exporting.mct import build_mct
from models_registry.exporting.mlmodel import build_mlmodel
from models_registry.exporting.record import CardRecord, Exported, Loss, pretty

TARGETS = (HUGGING_FACE, MARKDOWN, MCT, CYCLONEDX_16, CYCLONEDX_17, MLMODEL, JSON)
_BUILDERS = {
    HUGGING_FACE: build_hugging_face,
    MARKDOWN: build_markdown,
    MCT: build_mct,
    MLMODEL: build_mlmodel,
}


def targets_for(format: str) -> list[tuple[str, str]]:
    """The formats that a card of ``format`` can be exported to, with their names; its own first."""
    own = [format] if format in NAMES else []
    return [(target, NAMES[target]) for target in [*own, *(t for t in TARGETS if t != format)]]


def export_card(record: CardRecord, target: str) -> Exported:
    """The card as a file of format ``target``.

    The card's own format gives its bytes, which for an edited revision are the patched ones. Raises
    ``Refused`` for a target that is none of ``targets_for``.
    """
    if target == record.format:
        return Exported(record.original, MEDIA_TYPES[target], record.file_name)
    if target not in TARGETS:
        names = ", ".join(TARGETS)
        raise Refused(
            _("This format is not written. Choose one of: %(names)s.") % {"names": names},
            code="export-target",
            field="to",
        )
    data, losses = _build(record, target)
    stem = "-".join(normalise(f"{record.model} {record.version}").split()) or "card"
    return Exported(data, MEDIA_TYPES[target], stem[:80] + ENDINGS[target], losses)


def _build(record: CardRecord, target: str) -> tuple[bytes, list[Loss]]:
    if target == JSON:
        return _everything(record), []
    if target in _BUILDERS:
        return _BUILDERS[target](record)
    if (record.format, target) == (CYCLONEDX_16, CYCLONEDX_17):
        return _raised(record.original), []
    return build_cyclonedx(record, target.removeprefix("cyclonedx-"))


def _raised(data: bytes) -> bytes:
    """A CycloneDX 1.6 file as 1.7, which has all of 1.6: only the two version marks change."""
    text = decode(data)
    tree = load_json(text.raw)
    pieces = []
    for key in ("specVersion", "$schema"):
        span = tree.spans.get((key,))
        if span is not None:
            old = text.raw[span.start : span.end]
            pieces.append((span.start, span.end, re.sub(r"1\.6", "1.7", old, count=1)))
    return text.encode(splice(text.raw, Edit(tuple(pieces))))


def _everything(record: CardRecord) -> bytes:
    card = record.card
    return pretty(
        {
            "model": record.model,
            "version": record.version,
            "format": record.format,
            "completeness": card.completeness,
            **card.parsed(),
            "extra": card.extra,
            "report": card.report.as_json(),
        }
    )
