"""From the bytes of a card to one merged record, with a report of what became of every part."""

import re

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.card import PARSER, Card
from models_registry.cards.cyclonedx import read_cyclonedx
from models_registry.cards.decode import Text, decode
from models_registry.cards.json_tree import load_json
from models_registry.cards.markdown import read_markdown
from models_registry.cards.mct import MARKS, read_mct
from models_registry.cards.mlmodel import is_mlmodel, read_mlmodel

__all__ = ["PARSER", "Card", "parse_card"]

# A table, or a list of tables; “[a link](…)” and “{{ a template }}” start Markdown.
_JSON = re.compile(r"\s*(\[\s*)?\{\s*[\"}]")


def parse_card(data: bytes, file_name: str = "") -> Card:
    """Read a model card; its content, not ``file_name``, decides about the format.

    Raises ``Refused`` (and nothing else) when the bytes are no such card; the message says where
    and what to do.
    """
    text = decode(data)
    card = Card()
    card.report.parser = PARSER
    card.report.encoding = text.encoding
    card.report.newlines = text.newlines
    card.report.lines = len(text.lines)
    if _JSON.match(text.raw):
        _read_json(card, text)
    elif is_mlmodel(text):
        read_mlmodel(card, text)
    else:
        read_markdown(card, text)
    return card


def _read_json(card: Card, text: Text) -> None:
    tree = load_json(text.raw)
    data = tree.data if isinstance(tree.data, dict) else {}
    if data.get("bomFormat") == "CycloneDX":
        read_cyclonedx(card, tree)
    elif MARKS & data.keys():
        read_mct(card, tree)
    elif "@context" in data:
        raise _refused(
            _(
                "Line 1: this JSON-LD file describes a dataset, not a model. Import it as the "
                "datasheet of a table."
            )
        )
    else:
        raise _refused(
            _(
                "Line 1: this JSON is no model card that is read here. Import a CycloneDX 1.6 or "
                "1.7 file, a Model Card Toolkit file, or the card as Markdown."
            )
        )


def _refused(message: str) -> Refused:
    return Refused(message, code="json-kind", field="card")
