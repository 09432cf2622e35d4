"""The one way to write a record: inside ``action``, which leaves an event behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.canonical import plain, sha256_hex
from ledger.context import correlation
from ledger.errors import DirectWrite, Refused, StaleWrite
from ledger.models import Event, Op, Record, writing
from ledger.sealing import seal
from ledger.stored import loaded_values, stored_state
from ledger.validation import canonical_text, explain, validate

__all__ = ["Act", "Actor", "action", "actor_key", "seal"]

_COLUMNS = (
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
_INSERT = (
    f"INSERT INTO {Event._meta.db_table} ({', '.join(_COLUMNS)})"  # noqa: S608  own names only
    f" VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)


class Actor(Protocol):
    """Whoever acts: a user or the service account."""

    @property
    def pk(self) -> Any: ...


def actor_key(by: Actor) -> str:
    """The actor as the ledger names him: a reference, never a personal name."""
    return f"accounts.user:{by.pk}"


@dataclass
class Act:
    """The writes of one action. Obtained from ``action``."""

    name: str
    by: Actor
    reason: str

    def save(self, record: Record, *, event: str = "") -> None:
        """Validate and store ``record`` and write its event.

        Raises ``Refused`` when validation or a database constraint fails and ``StaleWrite`` when
        the stored version is not the one that was loaded. Nothing is stored then.
        """
        adding = record._state.adding
        before = None if adding else loaded_values(record)
        old = _governed(record, before)
        if not adding and old["version"] != record.version:
            raise _stale()
        validate(record, before)
        loaded, record.version = record.version, record.version + 1
        try:
            with _storing(record):
                record.save(force_insert=adding, force_update=not adding)
                new = stored_state(record)
                self._saved(record, event or self.name, old, new)
        except BaseException:
            record.version = loaded
            record._state.adding = adding
            raise
        record._loaded = tuple(f.value_from_object(record) for f in record._meta.concrete_fields)

    def delete(self, record: Record, *, event: str = "") -> None:
        """Remove ``record``; its event keeps the last values.

        Raises ``StaleWrite`` when it is not the loaded version, ``Refused`` when another record
        needs it and ``DirectWrite`` when other governed records would vanish with it.
        """
        subject, unit = record.key, record.unit_of()
        stored = type(record)._base_manager.filter(pk=record.pk, version=record.version).first()
        if stored is None:
            raise _stale()
        body = {"op": Op.DELETE.value, "old": plain(stored.state_of())}
        with _storing(record):
            _delete(record)
            self._event(event or self.name, subject, body, unit=unit)

    def note(
        self, subject: str, detail: dict[str, Any], *, event: str = "", unit: int | None = None
    ) -> None:
        """Write an event that changes no record (a download, a refused log-in).

        Auditors of the unit ``unit`` may read it.
        """
        body = {"op": Op.NOTE.value, "detail": plain(detail)}
        self._event(event or self.name, subject, body, unit=unit)

    def _saved(self, record: Record, name: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        now = plain(new)
        before = {k: plain(v) for k, v in old.items()}
        body: dict[str, Any] = {
            "op": (Op.UPDATE if old else Op.INSERT).value,
            "new": {k: v for k, v in now.items() if before.get(k, ...) != v},
        }
        if old:
            # An insert names every field in "new"; an update must say which ones its digest is of.
            body["fields"] = sorted(now)
            body["old"] = {k: v for k, v in before.items() if now.get(k, ...) != v}
        digest = sha256_hex(canonical_text(now).encode())
        self._event(name, record.key, body, digest=digest, unit=record.unit_of())

    def _event(
        self,
        name: str,
        subject: str,
        body: dict[str, Any],
        *,
        digest: str = "",
        unit: int | None = None,
    ) -> None:
        event = Event(
            at=timezone.now(),
            actor=actor_key(self.by),
            action=name,
            op=body["op"],
            subject=subject,
            unit_id=unit,
            reason=self.reason,
            correlation=correlation(),
            state_digest=digest,
        )
        event.body = canonical_text(columns_of(event) | body)
        _append(event)


def _append(event: Event) -> None:
    """INSERT of the event, without the cost of ``Model.save``, which doubles that of a write."""
    values = [getattr(event, name) for name in _COLUMNS]
    values[0] = connection.ops.adapt_datetimefield_value(event.at)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


def columns_of(event: Event) -> dict[str, Any]:
    """What the body of ``event`` repeats of its columns, as plain values."""
    return {
        "v": 1,
        "at": plain(event.at),
        "actor": event.actor,
        "action": event.action,
        "op": str(event.op),
        "subject": event.subject,
        "unit": event.unit_id,
        "reason": event.reason,
        "correlation": event.correlation,
        "state": event.state_digest,
    }


def _governed(record: Record, before: tuple[Any, ...] | None) -> dict[str, Any]:
    """Those of the values ``before`` that the ledger holds, by column name."""
    if before is None:
        return {}
    values = dict(zip((f.attname for f in record._meta.concrete_fields), before, strict=True))
    return {f.attname: values[f.attname] for f in record.governed_fields()}


def _delete(record: Record) -> None:
    try:
        _count, gone = record.delete()
    except (models.ProtectedError, models.RestrictedError) as error:
        raise Refused(
            _("This cannot be deleted, since other records refer to it."), code="in-use", status=409
        ) from error
    others = {label for label in gone if label != record._meta.label}
    if others:
        raise DirectWrite(f"Deleting {record.key} would delete {', '.join(sorted(others))}, too")


def _stale() -> StaleWrite:
    return StaleWrite(_("Somebody else saved this record meanwhile. Load it again."))


@contextmanager
def _storing(record: Record) -> Iterator[None]:
    """Writes are allowed, and all of them or none happen."""
    token = writing.set(True)
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, DataError) as error:
        raise explain(record, error) from error
    finally:
        writing.reset(token)


@contextmanager
def action(name: str, *, by: Actor, reason: str = "") -> Iterator[Act]:
    """One transaction in which records may be written; every write leaves an event.

    ``name`` reads app.noun.past-participle, such as ``incidents.incident.closed``.
    """
    with transaction.atomic():
        yield Act(name, by, reason)
