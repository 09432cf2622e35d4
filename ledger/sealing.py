"""Giving events their place in the tree and signing the tree's root.

Events are written without any lock, so that no writer waits for another. The sealer comes after
them, alone: it numbers what was committed and signs the result.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from ledger.errors import LedgerDamaged
from ledger.keys import signer
from ledger.models import Checkpoint, Event, Position
from ledger.verifier import CompactRange, leaf_hash

_BATCH = 10_000
# Longer than any transaction: a web request ends after 30 s, a job after 10 minutes.
_SETTLED_AFTER = dt.timedelta(minutes=15)
_LOCK = 0x4153534159  # "ASSAY", for pg_advisory_xact_lock


def seal(*, complete: bool = False) -> int:
    """Seal every committed event that is not sealed yet. Returns how many there were.

    ``complete`` also looks below the ids that count as settled. Raises ``LedgerDamaged`` when
    the positions do not fit the last checkpoint: nothing is sealed on top of damage.
    """
    total = 0
    while unsealed(complete=complete).exists():
        done = _seal_batch(complete)
        total += done
        if done < _BATCH:
            break
    return total


def unsealed(*, complete: bool = False) -> QuerySet[Event]:
    """Events without a position; cheap unless ``complete``, which looks at every event."""
    placed = Position.objects.filter(event=OuterRef("pk"))
    found = Event.objects.filter(~Exists(placed))
    last = None if complete else Checkpoint.objects.order_by("-size").first()
    return found.filter(pk__gt=last.settled) if last else found


def _seal_batch(complete: bool) -> int:
    with transaction.atomic():
        _lock()
        last = Checkpoint.objects.order_by("-size").first()
        tree = _tree_at(last)
        rows = unsealed(complete=complete).order_by("pk").values_list("pk", "body")[:_BATCH]
        todo = list(rows)
        if not todo:  # another sealer was faster
            return 0
        Position.objects.bulk_create(
            Position(index=tree.size + place, event_id=pk) for place, (pk, _body) in enumerate(todo)
        )
        for _pk, body in todo:
            tree.append(leaf_hash(body.encode()))
        _checkpoint(tree, _settled(last, [pk for pk, _body in todo]))
    return len(todo)


def _lock() -> None:
    """Let one sealer work at a time. On SQLite every transaction is alone already (IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _tree_at(last: Checkpoint | None) -> CompactRange:
    top = Position.objects.aggregate(top=Max("index"))["top"]
    placed = 0 if top is None else top + 1
    size = last.size if last else 0
    if placed != size:
        raise LedgerDamaged(
            f"The ledger has {placed} positions, but its last checkpoint has {size}. "
            "Run manage.py verify_ledger and restore the missing part from a backup."
        )
    return frontier_of(last) if last else CompactRange()


def frontier_of(checkpoint: Checkpoint) -> CompactRange:
    """The tree as it stood at ``checkpoint``."""
    text = checkpoint.frontier
    hashes = [bytes.fromhex(text[at : at + 64]) for at in range(0, len(text), 64)]
    return CompactRange(checkpoint.size, hashes)


def _settled(last: Checkpoint | None, sealed: Sequence[int]) -> int:
    """The id up to which no event can appear any more that is not sealed."""
    before = last.settled if last else 0
    if connection.vendor == "sqlite":
        return max(before, sealed[-1])  # one writer at a time: ids are committed in order
    old = Event.objects.filter(at__lt=timezone.now() - _SETTLED_AFTER)
    oldest_open = unsealed().exclude(pk__in=sealed).order_by("pk").values_list("pk", flat=True)
    top = old.aggregate(top=Max("pk"))["top"] or 0
    first_open = oldest_open.first()
    return max(before, min(top, first_open - 1) if first_open else top)


def _checkpoint(tree: CompactRange, settled: int) -> None:
    root, sign = tree.root(), signer()
    Checkpoint.objects.create(
        size=tree.size,
        root=root.hex(),
        frontier="".join(part.hex() for part in tree.hashes),
        settled=settled,
        note=sign.sign(tree.size, root),
        key_id=sign.key.hash.hex(),
    )
