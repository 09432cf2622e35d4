"""What the snapshots of all kinds of reports share."""

from ledger.errors import LedgerDamaged
from ledger.queries import latest_checkpoint
from reports.shape import CheckpointPart
from reports.snapshot.texts import stamp

LANGUAGE = "en"


def checkpoint_part() -> CheckpointPart:
    """The newest checkpoint. Raises ``LedgerDamaged`` when nothing is sealed."""
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        raise LedgerDamaged("Nothing is sealed, although the request of this report is an event.")
    return {
        "size": checkpoint.size,
        "root": checkpoint.root,
        "origin": checkpoint.note.split("\n", 1)[0],
        "key_id": checkpoint.key_id,
        "time": stamp(checkpoint.at),
        "note": checkpoint.note,
    }
