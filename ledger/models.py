"""Governed records and the append-only ledger of what happened to them."""

from contextvars import ContextVar
from functools import cache
from typing import Any, ClassVar, NoReturn, Self

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ledger.canonical import canonical, sha256_hex
from ledger.errors import DirectWrite, StaleWrite

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

    # The column values that this instance was read with; None when they are not all known.
    _loaded: tuple[Any, ...] | None = None

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
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        """Remember what was read, so that a save knows what it changes."""
        record = super().from_db(db, field_names, values, **kwargs)
        if len(values) == len(cls._meta.concrete_fields):
            record._loaded = tuple(values)
        return record

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._loaded = None

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *args: Any) -> Any:
        """Update only the version that was read. Raises ``StaleWrite`` when it is gone."""
        if not writing.get() or all(f.name != "version" for f, _model, _value in values):
            return super()._do_update(base_qs, using, pk_val, values, *args)
        if not base_qs.filter(pk=pk_val, version=self.version - 1)._update(values):
            raise StaleWrite(_now("Somebody else saved this record meanwhile. Load it again."))
        return True

    @classmethod
    def kind(cls) -> str:
        """The record type, such as ``models_registry.aisystem``."""
        return cls._meta.label_lower

    @property
    def key(self) -> str:
        """The name of this record in the ledger, such as ``models_registry.aisystem:12``."""
        return f"{self.kind()}:{self.pk}"

    def unit_of(self) -> int | None:
        """The id of the organisation unit that this record belongs to, if to any."""
        path = _unit_path(type(self))
        if not path:
            return None
        *steps, last = path.split("__")
        owner: Any = self
        for step in steps:
            owner = getattr(owner, step)
        unit: int | None = getattr(owner, f"{last}_id")
        return unit

    @classmethod
    def governed_fields(cls) -> list[Any]:
        """The fields whose values the ledger holds."""
        skip = cls.LEDGER_EXCLUDE | {"updated_at"}
        return [
            f for f in cls._meta.concrete_fields if f.name not in skip and f.attname not in skip
        ]

    def state_of(self) -> dict[str, Any]:
        """Every governed field by column name, as stored; the input of the state digest."""
        return {f.attname: f.value_from_object(self) for f in self.governed_fields()}

    def state_digest(self) -> str:
        """SHA-256 over the canonical form of ``state_of()``."""
        return sha256_hex(canonical(self.state_of()))

    def reloaded(self) -> Self:
        """A fresh copy from the database."""
        return type(self)._base_manager.get(pk=self.pk)


@cache
def _unit_path(model: type[Record]) -> str:
    path: str = getattr(model._default_manager.none(), "UNIT_PATH", "")
    return path


class Op(models.TextChoices):
    """What an event did to its subject; a note changes nothing."""

    INSERT = "insert", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")
    NOTE = "note", _("noted")


class Event(models.Model):
    """One thing that happened. ``body`` is the canonical JSON exactly as hashed; append-only.

    The other columns repeat the body, so that it can be searched. No foreign keys: an event
    outlives what it tells of.
    """

    APPEND_ONLY: ClassVar[bool] = True

    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("actor"), max_length=80)
    action = models.CharField(_("action"), max_length=100)
    op = models.CharField(_("kind of write"), max_length=6, choices=Op.choices, default=Op.NOTE)
    subject = models.CharField(_("subject"), max_length=100)
    unit_id = models.BigIntegerField(_("unit"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    correlation = models.CharField(_("request"), max_length=64, blank=True)
    state_digest = models.CharField(_("state digest"), max_length=64, blank=True)
    body = models.TextField(_("body"))

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("subject", "id", "op"), name="event_subject"),
            models.Index(fields=("actor", "id"), name="event_actor"),
            models.Index(fields=("unit_id", "id"), name="event_unit"),
            models.Index(fields=("at",), name="event_at"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Position(models.Model):
    """The place of an event in the tree, counted from 0 without a gap; append-only."""

    APPEND_ONLY: ClassVar[bool] = True

    index = models.BigIntegerField(_("index"), primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="position")

    class Meta:
        ordering = ("index",)

    def __str__(self) -> str:
        return f"{self.index}: {self.event_id}"


class Checkpoint(models.Model):
    """The signed root of the first ``size`` events; append-only.

    ``note`` is the text in C2SP tlog-checkpoint form; ``frontier`` are the hashes from which the
    tree goes on (64 hex digits each); no event with an id up to ``settled`` is without position.
    """

    APPEND_ONLY: ClassVar[bool] = True

    size = models.BigIntegerField(_("events"), unique=True)
    root = models.CharField(_("root"), max_length=64)
    frontier = models.TextField()
    settled = models.BigIntegerField(default=0)
    note = models.TextField(_("signed note"))
    key_id = models.CharField(_("key"), max_length=8)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        ordering = ("-size",)

    def __str__(self) -> str:
        return f"{self.size} {self.root}"
