"""Governed records and the append-only ledger of what happened to them."""

from contextvars import ContextVar
from typing import Any, ClassVar, NoReturn, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.canonical import canonical, sha256_hex
from ledger.errors import DirectWrite

# Set only by ledger.actions: a record saves nothing while it is off.
writing: ContextVar[bool] = ContextVar("ledger_writing", default=False)


def _refuse(what: str) -> NoReturn:
    raise DirectWrite(f"{what} outside ledger.actions.action(): write an action instead")


class RecordQuerySet(models.QuerySet[Any]):
    """A queryset that reads; writing belongs to actions."""

    # The way from a record to its organisation unit, such as ``version__model__unit``; the
    # event keeps the unit, so that the ledger page shows nobody what he may not see.
    UNIT_PATH: ClassVar[str] = ""

    def update(self, **kwargs: Any) -> int:
        if not writing.get():
            _refuse("QuerySet.update")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if not writing.get():
            _refuse("QuerySet.delete")
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        _refuse("QuerySet.bulk_create")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _refuse("QuerySet.bulk_update")


class Record(models.Model):
    """A record that only actions write and whose every state is in the ledger.

    ``version`` starts at 1 and grows by one with each save.
    """

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    # Fields that must not enter the ledger, where nothing can be erased (personal data, caches).
    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset()

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not writing.get():
            _refuse(f"{type(self).__name__}.save")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if not writing.get():
            _refuse(f"{type(self).__name__}.delete")
        return super().delete(*args, **kwargs)

    @classmethod
    def kind(cls) -> str:
        """The record type, such as ``models_registry.aisystem``."""
        return cls._meta.label_lower

    @property
    def key(self) -> str:
        """The name of this record in the ledger, such as ``models_registry.aisystem:12``."""
        return f"{self.kind()}:{self.pk}"

    def state_of(self) -> dict[str, Any]:
        """Every governed field by column name, as stored; the input of the state digest."""
        skip = self.LEDGER_EXCLUDE | {"updated_at"}
        return {
            f.attname: f.value_from_object(self)
            for f in self._meta.concrete_fields
            if f.name not in skip and f.attname not in skip
        }

    def unit_of(self) -> int | None:
        """The id of the organisation unit that this record belongs to, if to any."""
        path = getattr(type(self)._default_manager.all(), "UNIT_PATH", "")
        if not path:
            return None
        *steps, last = path.split("__")
        owner: Any = self
        for step in steps:
            owner = getattr(owner, step)
        unit: int | None = getattr(owner, f"{last}_id")
        return unit

    def state_digest(self) -> str:
        """SHA-256 over the canonical form of ``state_of()``."""
        return sha256_hex(canonical(self.state_of()))

    def reloaded(self) -> Self:
        """A fresh copy from the database."""
        return type(self)._base_manager.get(pk=self.pk)


class Event(models.Model):
    """One thing that happened. ``body`` is the canonical JSON exactly as hashed; append-only.

    No foreign keys: an event outlives what it tells of.
    """

    at = models.DateTimeField(_("time"), db_index=True)
    actor = models.CharField(_("actor"), max_length=80, db_index=True)
    action = models.CharField(_("action"), max_length=100, db_index=True)
    subject = models.CharField(_("subject"), max_length=100)
    reason = models.TextField(_("reason"), blank=True)
    correlation = models.CharField(_("request"), max_length=64, blank=True)
    unit_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    state_digest = models.CharField(_("state digest"), max_length=64, blank=True)
    body = models.TextField(_("body"))

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("subject", "id"), name="event_subject"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
