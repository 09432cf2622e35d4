"""A ledger with a past, for tests that read or attack it."""

from accounts.models import Unit
from ledger.actions import action, seal
from ledger.models import Checkpoint
from ledger.verifier import Note
from tests.world import World


def rename(unit: Unit, world: World, name: str) -> None:
    """One ordinary write."""
    unit.name = name
    with action("accounts.unit.renamed", by=world.administrator) as act:
        act.save(unit)


def write_past(world: World, batches: int = 4, each: int = 5) -> list[Note]:
    """Several sealed batches of writes. Returns the checkpoints as somebody outside kept them."""
    kept = []
    for batch in range(batches):
        for number in range(each):
            rename(world.lending, world, f"Lending {batch}.{number}")
        seal()
        kept.append(Note.parse(Checkpoint.objects.latest("size").note))
    return kept
