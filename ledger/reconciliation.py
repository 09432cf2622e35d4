"""Comparing live records with the last state that the ledger knows of them.

This finds what went past the actions: raw SQL, bulk updates, a restored table.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from ledger.canonical import canonical, sha256_hex
from ledger.models import Event, Op, Record

_AT_ONCE = 500
Found = tuple[str, str]


class Tally(Protocol):
    """Where the numbers go: records compared, and those that cannot be."""

    records: int
    uncompared: int


def record_models() -> dict[str, type[Record]]:
    """Every concrete kind of record by its ledger name."""
    return {m.kind(): m for m in apps.get_models() if issubclass(m, Record)}


def compare_records(tally: Tally) -> Iterator[Found]:
    """Code and sentence for each record that is not as the ledger says, in both directions."""
    models = record_models()
    last = (
        Event.objects.exclude(op=Op.NOTE)
        .order_by("subject")
        .values_list("subject")
        .annotate(last=Max("pk"))
    )
    for batch in _batches(last.iterator(_AT_ONCE)):
        yield from _compare_batch(models, [pk for _subject, pk in batch], tally)
    for model in models.values():
        yield from _without_event(model)


def _compare_batch(
    models: dict[str, type[Record]], pks: Sequence[int], tally: Tally
) -> Iterator[Found]:
    events = Event.objects.filter(pk__in=pks).order_by("subject")
    for kind, group in groupby(events, key=lambda event: event.subject.partition(":")[0]):
        model = models.get(kind)
        if model is None:
            tally.uncompared += len(list(group))
            continue
        expected = {event.subject: event for event in group}
        rows = _rows(model, expected)
        for subject, event in expected.items():
            yield from _compare(event, rows.get(subject), tally)


def _rows(model: type[Record], subjects: dict[str, Event]) -> dict[str, Record]:
    pks = []
    for subject in subjects:
        try:
            pks.append(model._meta.pk.to_python(subject.partition(":")[2]))
        except ValidationError:
            continue
    return {row.key: row for row in model._base_manager.filter(pk__in=pks)}


def _compare(event: Event, row: Record | None, tally: Tally) -> Iterator[Found]:
    names = {"subject": event.subject, "pk": event.pk}
    if event.op == Op.DELETE:
        if row is not None:
            yield (
                "record-back",
                _("%(subject)s exists, although event %(pk)s deleted it.") % names,
            )
        return
    if row is None:
        yield "record-gone", _("%(subject)s was removed without an event.") % names
        return
    digest = _digest(event, row)
    if digest is None:
        tally.uncompared += 1
        return
    tally.records += 1
    if digest != event.state_digest:
        yield (
            "record-changed",
            _("%(subject)s is not as its last event, %(pk)s, left it.") % names,
        )


def _digest(event: Event, row: Record) -> str | None:
    """The digest of ``row`` over the fields that it had at the event.

    ``None`` when an upgrade has removed one of them since.
    """
    body: dict[str, Any] = json.loads(event.body)
    names = body.get("fields") or list(body.get("new", {}))
    state = row.state_of()
    if not state.keys() >= set(names):
        return None
    return sha256_hex(canonical({name: state[name] for name in names}))


def _without_event(model: type[Record]) -> Iterator[Found]:
    rows = model._base_manager.order_by("pk").values_list("pk", flat=True)
    for pks in _batches(rows.iterator(_AT_ONCE)):
        keys = {f"{model.kind()}:{pk}" for pk in pks}
        known = Event.objects.filter(subject__in=keys).exclude(op=Op.NOTE)
        for key in sorted(keys - set(known.values_list("subject", flat=True))):
            yield "record-unknown", _("%(subject)s was made without an event.") % {"subject": key}


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, _AT_ONCE)):
        yield batch
