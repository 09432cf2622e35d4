"""Reading the ledger: a record's history, checkpoints and proofs."""

from collections.abc import Iterator

from django.db.models import QuerySet

from ledger.merkle import consistency_ranges, inclusion_ranges, range_roots
from ledger.models import Checkpoint, Event, Position
from ledger.verifier import leaf_hash


def history(key: str) -> QuerySet[Event]:
    """The events of the record named ``key`` (``app_label.model:pk``), newest first."""
    return Event.objects.filter(subject=key).order_by("-pk")


def latest_checkpoint() -> Checkpoint | None:
    """The signed root of everything that is sealed; ``None`` while nothing is."""
    return Checkpoint.objects.order_by("-size").first()


def position_of(event: Event) -> int | None:
    """The index of ``event`` in the tree, from 0; ``None`` while it is not sealed."""
    return Position.objects.filter(event=event).values_list("index", flat=True).first()


def inclusion_proof(event: Event, *, size: int | None = None) -> list[bytes]:
    """The hashes that prove ``event`` in the tree of ``size`` events (the latest by default).

    RFC 9162 §2.1.3. Reads every event below ``size``: 2 s for 100,000.
    Raises ``ValueError`` when the event is not sealed below ``size``.
    """
    index = position_of(event)
    if index is None:
        raise ValueError(f"Event {event.pk} is not sealed yet")
    return range_roots(_leaves(), inclusion_ranges(index, _sealed_size(size)))


def consistency_proof(old_size: int, new_size: int) -> list[bytes]:
    """The hashes that prove that the tree of ``new_size`` events extends that of ``old_size``.

    RFC 9162 §2.1.4. Raises ``ValueError`` when there is no such pair of trees.
    """
    return range_roots(_leaves(), consistency_ranges(old_size, _sealed_size(new_size)))


def _sealed_size(size: int | None) -> int:
    last = latest_checkpoint()
    sealed = last.size if last else 0
    if size is not None and size > sealed:
        raise ValueError(f"Only {sealed} events are sealed")
    return sealed if size is None else size


def _leaves() -> Iterator[bytes]:
    bodies = Position.objects.order_by("index").values_list("event__body", flat=True)
    for body in bodies.iterator(chunk_size=2000):
        yield leaf_hash(body.encode())
