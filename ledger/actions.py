"""The one way to write a record: inside ``action``, which leaves an event behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.canonical import canonical, plain
from ledger.context import correlation
from ledger.errors import Refused, StaleWrite
from ledger.models import Event, Record, writing


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
        the stored version is not the one that was loaded.
        """
        old = None if record._state.adding else record.reloaded()
        if old is not None and old.version != record.version:
            raise StaleWrite(_("Somebody else saved this record meanwhile. Load it again."))
        _validate(record)
        loaded, record.version = record.version, record.version + 1
        try:
            self._store(record, old, loaded)
        except BaseException:
            record.version = loaded
            raise
        self._write(record, event or self.name, old)

    def delete(self, record: Record, *, event: str = "") -> None:
        """Remove ``record``; its event keeps the last values."""
        event_body = {"old": plain(record.state_of())}
        subject, unit = record.key, record.unit_of()
        token = writing.set(True)
        try:
            record.delete()
        finally:
            writing.reset(token)
        self._event(event or self.name, subject, event_body, "", unit)

    def note(
        self, subject: str, detail: dict[str, Any], *, event: str = "", unit: int | None = None
    ) -> None:
        """Write an event that changes no record (a download, a refused log-in)."""
        self._event(event or self.name, subject, {"detail": plain(detail)}, "", unit)

    def _store(self, record: Record, old: Record | None, loaded: int) -> None:
        token = writing.set(True)
        try:
            with transaction.atomic():
                if old is not None:
                    claimed = (
                        type(record)
                        ._base_manager.filter(pk=record.pk, version=loaded)
                        .update(version=record.version)
                    )
                    if not claimed:
                        raise StaleWrite(
                            _("Somebody else saved this record meanwhile. Load it again.")
                        )
                record.save(force_insert=old is None, force_update=old is not None)
        except IntegrityError as error:
            raise Refused(
                _("This cannot be stored, since another record already uses one of its values."),
                code="conflict",
                status=409,
            ) from error
        finally:
            writing.reset(token)

    def _write(self, record: Record, name: str, old: Record | None) -> None:
        # Digest what the database holds, not what was meant: times and decimals get rounded there.
        stored = record.reloaded()
        new_state = plain(stored.state_of())
        old_state = plain(old.state_of()) if old is not None else {}
        body = {
            "new": {k: v for k, v in new_state.items() if old_state.get(k, ...) != v},
            "old": {k: v for k, v in old_state.items() if new_state.get(k, ...) != v},
        }
        self._event(name, record.key, body, stored.state_digest(), record.unit_of())

    def _event(
        self, name: str, subject: str, body: dict[str, Any], digest: str, unit: int | None
    ) -> None:
        at = timezone.now()
        full = {
            "v": 1,
            "at": at,
            "actor": actor_key(self.by),
            "action": name,
            "subject": subject,
            "reason": self.reason,
            "correlation": correlation(),
            "state": digest,
            "unit": unit,
            **body,
        }
        Event.objects.create(
            at=at,
            actor=actor_key(self.by),
            action=name,
            subject=subject,
            reason=self.reason,
            correlation=correlation(),
            state_digest=digest,
            unit_id=unit,
            body=canonical(full).decode(),
        )


def _validate(record: Record) -> None:
    """``full_clean`` without the checks that the database makes anyway, as a ``Refused``."""
    try:
        record.full_clean(validate_unique=True, validate_constraints=True)
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            name = None if field == NON_FIELD_ERRORS else field
            raise Refused(" ".join(messages), code="invalid", field=name) from error
        raise


@contextmanager
def action(name: str, *, by: Actor, reason: str = "") -> Iterator[Act]:
    """One transaction in which records may be written; every write leaves an event.

    ``name`` reads app.noun.past-participle, such as ``incidents.incident.closed``.
    """
    with transaction.atomic():
        yield Act(name, by, reason)
