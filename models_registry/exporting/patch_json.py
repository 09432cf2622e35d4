"""Edits of values in JSON text, found by their spans."""

from models_registry.cards.card import Card
from models_registry.cards.decode import Text
from models_registry.exporting.edits import Edit, unpatchable


def patch_mct(text: Text, card: Card, key: str, new: str) -> Edit:
    """The edit of a Model Card Toolkit file. Raises ``Refused``."""
    raise unpatchable(key)


def patch_cyclonedx(text: Text, card: Card, key: str, new: str) -> Edit:
    """The edit of a CycloneDX file. Raises ``Refused``."""
    raise unpatchable(key)
