"""Looking for anything that was changed behind the back of the actions."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

from ledger.actions import columns_of
from ledger.keys import known_keys
from ledger.models import Checkpoint, Event, Position
from ledger.reconciliation import compare_records
from ledger.sealing import frontier_of, unsealed
from ledger.snapshot import one_moment
from ledger.triggers import names, present
from ledger.verifier import CompactRange, Note, Unreadable, VerifierKey, leaf_hash

_COLUMNS = (
    "event_id",
    *(
        f"event__{name}"
        for name in (
            "at",
            "actor",
            "action",
            "op",
            "subject",
            "unit_id",
            "reason",
            "correlation",
            "state_digest",
            "body",
        )
    ),
)
_AT_ONCE = 2000
MAX_FINDINGS = 1000


@dataclass(frozen=True)
class Finding:
    """Something is wrong: a stable ``code`` and a sentence about it."""

    code: str
    sentence: str


@dataclass
class Report:
    """What a verification looked at, and what it found."""

    events: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    records: int = 0
    uncompared: int = 0
    root: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def add(self, code: str, sentence: str) -> None:
        """Note a finding; past ``MAX_FINDINGS`` they are all of one kind anyway."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(code, sentence))


def verify(*, outside: Iterable[Note] = (), keys: Iterable[VerifierKey] = ()) -> Report:
    """Compare events, positions, checkpoints, triggers and live records with each other.

    ``outside`` are checkpoints that were kept elsewhere, ``keys`` verifier keys to trust beside
    those that signed here. Writes nothing; memory does not grow with the number of events.
    """
    report = Report()
    with one_moment():
        _Walk(report, [*known_keys(), *keys], list(outside)).run()
        report.unsealed = unsealed(complete=True).count()
        for code, sentence in compare_records(report):
            report.add(code, sentence)
        _check_triggers(report)
    return report


class _Walk:
    """One pass over events in order of their positions, with the checkpoints beside them."""

    def __init__(self, report: Report, keys: list[VerifierKey], outside: list[Note]) -> None:
        self.report = report
        self.keys = keys
        self.outside = sorted(outside, key=lambda note: note.size)
        self.tree = CompactRange()
        self.next_index = 0
        self.checkpoints = Checkpoint.objects.order_by("size").iterator(_AT_ONCE)
        self.due: Checkpoint | None = next(self.checkpoints, None)

    def run(self) -> None:
        rows = Position.objects.order_by("index").values_list("index", *_COLUMNS)
        for index, pk, *columns in rows.iterator(_AT_ONCE):
            self._event(index, pk, columns)
        self.report.events = self.next_index
        self.report.root = self.tree.root().hex()
        self._missing_events()

    def _event(self, index: int, pk: int, columns: list[Any]) -> None:
        if index != self.next_index:
            self._gap(index)
        body = columns[-1]
        self.tree.append(leaf_hash(body.encode()))
        self.next_index = index + 1
        if problem := _columns_differ(columns):
            self.report.add(
                "columns",
                _("Event %(pk)s: its column “%(column)s” says something else than its body.")
                % {"pk": pk, "column": problem},
            )
        while self.outside and self.outside[0].size == self.next_index:
            self._compare_outside(self.outside.pop(0))
        while self.due is not None and self.due.size <= self.next_index:
            self._checkpoint(self.due)
            self.due = next(self.checkpoints, None)

    def _gap(self, index: int) -> None:
        self.report.add(
            "gap",
            _("Events are missing: after position %(last)s comes position %(next)s.")
            % {"last": self.next_index - 1, "next": index},
        )

    def _checkpoint(self, checkpoint: Checkpoint) -> None:
        self.report.checkpoints += 1
        size = {"size": checkpoint.size}
        stored = _tree_of(checkpoint)
        if stored is None:
            self.report.add("frontier", _("Checkpoint %(size)s does not fit its own root.") % size)
        if (self.tree.size, self.tree.root().hex()) != (checkpoint.size, checkpoint.root):
            self.report.add(
                "root",
                _("Events up to position %(size)s are not those that were signed there.") % size,
            )
            # Go on from what was signed, so that damage is told apart by checkpoint.
            self.tree = stored or self.tree
        self._signature(checkpoint)

    def _signature(self, checkpoint: Checkpoint) -> None:
        try:
            note = Note.parse(checkpoint.note)
        except Unreadable:
            note = None
        stated = (checkpoint.size, checkpoint.root)
        if note is None or (note.size, note.root.hex()) != stated:
            self.report.add(
                "signature",
                _("The signed text of checkpoint %(size)s speaks of something else.")
                % {"size": checkpoint.size},
            )
        elif not note.signed_by(self.keys):
            self.report.add(
                "signature",
                _("Checkpoint %(size)s is not signed by a key of this ledger.")
                % {"size": checkpoint.size},
            )

    def _compare_outside(self, note: Note) -> None:
        size = {"size": note.size}
        if not note.signed_by(self.keys):
            self.report.add(
                "outside",
                _("The kept checkpoint of size %(size)s is not signed by this ledger.") % size,
            )
        elif self.tree.root() != note.root:
            self.report.add(
                "outside",
                _("The kept checkpoint of size %(size)s has another root: history was rewritten.")
                % size,
            )

    def _missing_events(self) -> None:
        for note in self.outside:
            self.report.add(
                "outside",
                _("A kept checkpoint has %(size)s events, the ledger has only %(count)s.")
                % {"size": note.size, "count": self.next_index},
            )
        if self.due is not None:
            self.report.add(
                "gap",
                _("The checkpoint of size %(size)s has more events than the ledger (%(count)s).")
                % {"size": self.due.size, "count": self.next_index},
            )
        last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
        if last < self.next_index:
            self.report.add(
                "gap", _("Events after position %(last)s have no checkpoint.") % {"last": last - 1}
            )


def _tree_of(checkpoint: Checkpoint) -> CompactRange | None:
    """The tree as stored with a checkpoint; ``None`` when it does not have the stated root."""
    try:
        tree = frontier_of(checkpoint)
    except ValueError:
        return None
    return tree if tree.root().hex() == checkpoint.root else None


def _columns_differ(columns: list[Any]) -> str:
    """The first column that differs from the body, or the empty string."""
    *values, text = columns
    try:
        body = json.loads(text)
    except ValueError:
        return "body"
    at, actor, action, op, subject, unit, reason, correlation, state = values
    event = Event(
        at=at,
        actor=actor,
        action=action,
        op=op,
        subject=subject,
        unit_id=unit,
        reason=reason,
        correlation=correlation,
        state_digest=state,
    )
    stated = columns_of(event)
    if not isinstance(body, dict):
        return "body"
    return next((name for name, value in stated.items() if body.get(name) != value), "")


def _check_triggers(report: Report) -> None:
    there = present(connection)
    for table in append_only_tables():
        if not names(connection.vendor, table) <= there:
            report.add(
                "trigger",
                _("The database no longer protects the table %(table)s from changes.")
                % {"table": table},
            )


def append_only_tables() -> Iterator[str]:
    """The tables of all models that declare ``APPEND_ONLY``."""
    for model in apps.get_models():
        if getattr(model, "APPEND_ONLY", False):
            yield model._meta.db_table
