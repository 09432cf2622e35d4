"""What the database will hold of a record, known without asking it.

A state digest is taken over what is stored, not over what was meant. For the field types listed
here the two differ in ways that are known (tests/ledger/test_stored.py proves it on every
database); a record with any other field is read back instead.
"""

import datetime as dt
import decimal
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils import timezone

from ledger.models import Record

Convert = Callable[[Any], Any]

_AS_GIVEN: frozenset[type[models.Field[Any, Any]]] = frozenset(
    {
        models.AutoField,
        models.BigAutoField,
        models.BigIntegerField,
        models.BinaryField,
        models.CharField,
        models.DateField,
        models.DurationField,
        models.EmailField,
        models.FloatField,
        models.IntegerField,
        models.PositiveBigIntegerField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.SlugField,
        models.SmallIntegerField,
        models.TextField,
        models.TimeField,
        models.URLField,
        models.UUIDField,
    }
)
# SQLite keeps decimals as doubles: beyond 15 digits only the database knows what became of one.
_EXACT_DIGITS = 15


@dataclass(frozen=True)
class Plan:
    """How to foresee the stored state of one model."""

    converters: tuple[tuple[Any, Convert | None], ...]
    foreseeable: bool
    # False when a value can be changed in place, so that the value read is no longer known.
    keeps_loaded: bool


@cache
def plan_for(model: type[Record]) -> Plan:
    """The plan for ``model``, made once."""
    found = [(field, _converter(field)) for field in model.governed_fields()]
    return Plan(
        converters=tuple((field, convert) for field, (_known, convert) in found),
        foreseeable=all(known for _field, (known, _convert) in found),
        keeps_loaded=not any(
            type(f) is models.JSONField or not _converter(f)[0] for f in model._meta.concrete_fields
        ),
    )


def stored_state(record: Record) -> dict[str, Any]:
    """The governed values as the database holds them after ``record`` was saved."""
    plan = plan_for(type(record))
    if not plan.foreseeable:
        return record.reloaded().state_of()
    state = {}
    for field, convert in plan.converters:
        value = field.value_from_object(record)
        if hasattr(value, "resolve_expression"):
            return record.reloaded().state_of()
        state[field.attname] = convert(value) if convert and value is not None else value
    return state


def loaded_values(record: Record) -> tuple[Any, ...]:
    """The values of all columns before this save, as read; asks the database when in doubt."""
    if record._loaded is None or not plan_for(type(record)).keeps_loaded:
        fresh = record.reloaded()
        return tuple(f.value_from_object(fresh) for f in record._meta.concrete_fields)
    return record._loaded


def _converter(field: Any) -> tuple[bool, Convert | None]:
    """Whether the stored form of ``field`` is known, and what makes it."""
    if isinstance(field, models.ForeignKey):
        return _converter(field.target_field)
    kind = type(field)
    if kind in _AS_GIVEN:
        return True, None
    if kind is models.BooleanField:
        return True, bool
    if kind is models.DateTimeField:
        return True, _aware
    if kind is models.JSONField:
        return True, _through_json(field)
    if kind is models.DecimalField and field.max_digits <= _EXACT_DIGITS:
        return True, _quantized(field.decimal_places)
    return False, None


def _aware(value: dt.datetime) -> dt.datetime:
    if timezone.is_naive(value):
        return timezone.make_aware(value, timezone.get_default_timezone())
    return value


def _quantized(places: int) -> Convert:
    unit = decimal.Decimal(1).scaleb(-places)

    def convert(value: Any) -> decimal.Decimal:
        return abs(unit * 0) if not value else decimal.Decimal(value).quantize(unit)

    return convert


def _through_json(field: Any) -> Convert:
    def convert(value: Any) -> Any:
        return json.loads(json.dumps(value, cls=field.encoder), cls=field.decoder)

    return convert
