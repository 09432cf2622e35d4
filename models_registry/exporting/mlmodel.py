"""MLflow ``MLmodel`` files that carry a card: the merged record under ``metadata``.

How a model is loaded (``flavors``) is written by MLflow when it logs the model and is no part of a
card, so MLflow reads such a file but loads no model from it; the loss report says so.
"""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from models_registry.cards.vocabulary import BY_KEY
from models_registry.exporting.patch_yaml import escaped, new_key
from models_registry.exporting.record import EXTRA, FIGURES, LOADING, CardRecord, Loss

_FREE_TEXT = _("Kept as a text under “metadata”, which MLflow keeps and does not interpret.")
_AS_JSON = _("Kept as JSON under “metadata”; other tools do not read it.")
_NO_FLAVOR = _(
    "MLflow writes it when a model is logged. This file holds the card and loads no model."
)


def build_mlmodel(record: CardRecord) -> tuple[bytes, list[Loss]]:
    """The card as YAML that YAML 1.1 and 1.2 read alike."""
    lines, losses = [_line("name", record.name)], [Loss(LOADING, _NO_FLAVOR, lost=True)]
    texts = {key: record.text(key) for key in BY_KEY if key != "name"}
    texts["version"] = texts["version"] or record.version
    if record.card.figures:
        said = [texts["evaluation_results"], record.figures_text]
        texts["evaluation_results"] = "\n\n".join(text for text in said if text)
    for key, text in texts.items():
        if text:
            lines.append(_line(key, text))
            losses.append(Loss(key, _FREE_TEXT))
    for key, data in ((FIGURES, record.card.figures), (EXTRA, record.extra)):
        if data:
            lines.append(f"  assay_{key}: {_json(data)}\n")
            losses.append(Loss(key, _AS_JSON))
    return f"flavors: {{}}\nmetadata:\n{''.join(lines)}".encode(), losses


def _line(key: str, text: str) -> str:
    return new_key(key, text, "\n", "  ")


def _json(data: Any) -> str:
    """JSON inside a YAML text, as MLflow keeps signatures."""
    return escaped(json.dumps(json.dumps(data, ensure_ascii=False), ensure_ascii=False))
