"""Cards as files of other formats."""

from dataclasses import dataclass

from models_registry.exporting import (
    CardRecord,
    Exported,
    Loss,
    export_card,
    losses_in_print,
    targets_for,
)
from models_registry.models import CardRevision
from vault.queries import read_bytes

PDF = "pdf"


@dataclass(frozen=True)
class Choice:
    """A format that a card can be exported to, and what becomes of it there."""

    target: str
    name: str
    own: bool
    losses: list[Loss]

    @property
    def printed(self) -> bool:
        """Whether a job prints it, so that there is no file to hand out at once."""
        return self.target == PDF


def card_record(card: CardRevision) -> CardRecord:
    """The stored card with its bytes; ``model_version__model`` should be loaded."""
    version = card.model_version
    original = read_bytes(card.digest)
    return CardRecord(original, card.format, card.file_name, version.model.name, version.number)


def card_file(card: CardRevision, target: str) -> Exported:
    """The card as a file of format ``target``. Raises ``Refused`` for an unknown target."""
    return export_card(card_record(card), target)


def card_losses(card: CardRevision, target: str) -> list[Loss]:
    """What becomes of the card in format ``target`` or in print. Raises ``Refused``."""
    if target == PDF:
        return losses_in_print(card_record(card))
    return card_file(card, target).losses


def card_choices(card: CardRevision) -> list[Choice]:
    """Every format that the card can be exported to: its own first, print last."""
    record = card_record(card)
    files = [
        Choice(target, name, target == card.format, export_card(record, target).losses)
        for target, name in targets_for(card.format)
    ]
    return [*files, Choice(PDF, "PDF", False, losses_in_print(record))]
