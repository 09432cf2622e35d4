"""Model cards: bytes in, one merged record and an honest report out. Touches no database."""

from models_registry.cards.parse import PARSER, Card, parse_card

__all__ = ["PARSER", "Card", "parse_card"]
