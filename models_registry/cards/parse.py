"""From the bytes of a card to one merged record, with a report of what became of every part."""

from models_registry.cards.card import PARSER, Card
from models_registry.cards.decode import decode
from models_registry.cards.markdown import read_markdown

__all__ = ["PARSER", "Card", "parse_card"]


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
    read_markdown(card, text)
    return card
