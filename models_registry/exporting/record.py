"""What is exported, and what an export gives."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from models_registry.cards.card import Card
from models_registry.cards.croissant import THEMES
from models_registry.cards.parse import parse_card
from models_registry.cards.vocabulary import BY_KEY

EXTRA = "extra"  # the loss report's name for what has no merged field
FIGURES = "figures"
LOADING = "loading"

_LICENCE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,60}")


@dataclass(frozen=True)
class Loss:
    """What became of a field that the target has no place for.

    ``lost`` is false where the text is in the file, in a place that other tools may not read.
    """

    field: str
    why: str | Promise
    lost: bool = False

    @property
    def label(self) -> str | Promise:
        """The field as people call it."""
        names = {
            EXTRA: _("Parts without a field"),
            FIGURES: _("Figures"),
            LOADING: _("How the model is loaded"),
        }
        known = BY_KEY.get(self.field)
        return known.label if known else {**THEMES, **names}.get(self.field, "")


@dataclass(frozen=True)
class Exported:
    """A file to download."""

    data: bytes
    media_type: str
    file_name: str
    losses: list[Loss] = field(default_factory=list)


@dataclass(frozen=True)
class CardRecord:
    """A stored card: its bytes, and the names of the model and version that it belongs to."""

    original: bytes
    format: str
    file_name: str
    model: str
    version: str

    @cached_property
    def card(self) -> Card:
        """The card as it is read today."""
        return parse_card(self.original)

    @property
    def name(self) -> str:
        """The name that the card gives, or the one of the model."""
        return self.card.name or self.model

    def texts(self, key: str) -> list[str]:
        """What the card says under ``key``; lists of figures aside, nothing twice."""
        found = [
            part["text"].strip()
            for part in self.card.fields.get(key, ())
            if part["label"] != "model-index" and not self._is_figure(part["label"])
        ]
        return list(dict.fromkeys(text for text in found if text))

    def text(self, key: str) -> str:
        """All of it, in paragraphs."""
        return "\n\n".join(self.texts(key))

    @property
    def extra(self) -> dict[str, Any]:
        """What has no merged field: data as it is, and Markdown sections that no name fits."""
        loose = [
            {"title": section["title"], "text": section["text"]}
            for section in self.card.sections
            if not section["fields"] and (section["title"] or section["text"].strip())
        ]
        return {**self.card.extra, **({"sections": loose} if loose else {})}

    @property
    def figures_text(self) -> str:
        """The figures in words, as they were written."""
        return "\n".join(f"{figure['name']} {figure['text']}" for figure in self.card.figures)

    @staticmethod
    def _is_figure(label: str) -> bool:
        return "/performance_metrics/" in label or "/performanceMetrics/" in label


def licence_id(text: str) -> str:
    """``text`` when it looks like one licence identifier, else nothing."""
    return text if _LICENCE_ID.fullmatch(text) else ""


def pretty(data: Any) -> bytes:
    """JSON for people: indented, in the order of the record."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
