"""Cards in other formats, and edits inside their own: bytes in, bytes out. Touches no database."""

from models_registry.exporting.patching import patch_card
from models_registry.exporting.printed import losses_in_print, printed_extra
from models_registry.exporting.record import CardRecord, Exported, Loss
from models_registry.exporting.targets import export_card, targets_for

__all__ = [
    "CardRecord",
    "Exported",
    "Loss",
    "export_card",
    "losses_in_print",
    "patch_card",
    "printed_extra",
    "targets_for",
]
