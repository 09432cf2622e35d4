"""Checking a record before it is stored, with as few queries as the change allows."""

import re
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _

from ledger.errors import Refused
from ledger.models import Record

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def validate(record: Record, before: tuple[Any, ...] | None) -> None:
    """``full_clean``, but only of what differs from ``before``; everything when that is ``None``.

    Raises ``Refused`` with the first message and the field that it is about.
    """
    unchanged = _unchanged(record, before)
    _check_text(record, unchanged)
    try:
        record.clean_fields(exclude=unchanged)
        record.clean()
        unchanged = _unchanged(record, before)
        _check_unique(record, unchanged)
        _check_constraints(record, unchanged)
    except ValidationError as error:
        raise _refused(error) from error


def refuse_nul(body: str) -> None:
    """Raise ``Refused`` for a NUL character, which PostgreSQL cannot store."""
    if _NUL.search(body):
        raise Refused(
            _("The text holds a NUL character, which cannot be stored. Remove it."), code="invalid"
        )


def refused_by_database(error: IntegrityError) -> Refused:
    """What to say when a rule of the database was broken."""
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", "")
    if code in {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}:
        return Refused(
            _("This cannot be stored, since another record already uses one of its values."),
            code="conflict",
            status=409,
        )
    return Refused(
        _("This cannot be stored, since a value is missing or does not fit the others."),
        code="invalid",
    )


def _check_text(record: Record, unchanged: set[str]) -> None:
    for field in record._meta.concrete_fields:
        value = field.value_from_object(record)
        if field.name in unchanged or not isinstance(value, str):
            continue
        if "\0" in value or not _is_unicode(value):
            raise Refused(
                _("The text holds a character that cannot be stored (NUL or half a character)."),
                code="invalid",
                field=field.name,
            )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unchanged(record: Record, before: tuple[Any, ...] | None) -> set[str]:
    if before is None:
        return set()
    fields = record._meta.concrete_fields
    # 1 equals True, but only cleaning turns it into what is stored.
    return {
        f.name
        for f, old in zip(fields, before, strict=True)
        if _same(f.value_from_object(record), old)
    }


def _same(value: Any, old: Any) -> bool:
    return type(value) is type(old) and value == old


def _check_unique(record: Record, unchanged: set[str]) -> None:
    checks, dates = record._get_unique_checks()  # type: ignore[attr-defined]
    names = [tuple(names) for _model, names in checks]
    names += [(field, reference) for _model, _kind, field, reference in dates]
    wanted = {name for group in names if not unchanged.issuperset(group) for name in group}
    if wanted:
        everything = {f.name for f in record._meta.fields}
        record.validate_unique(exclude=everything - wanted)


def _check_constraints(record: Record, unchanged: set[str]) -> None:
    for model, constraints in record.get_constraints():
        for constraint in constraints:
            names = _names_in(constraint)
            if names is None or not unchanged.issuperset(names):
                constraint.validate(model, record)


def _names_in(constraint: models.BaseConstraint) -> set[str] | None:
    """The fields that a constraint speaks of; ``None`` when that is not plain to see."""
    names: set[str] = set(getattr(constraint, "fields", ()))
    if getattr(constraint, "expressions", ()):
        return None
    condition = getattr(constraint, "condition", None)
    if condition is not None:
        if not isinstance(condition, models.Q):
            return None
        names |= condition.referenced_base_fields
    return names or None


def _refused(error: ValidationError) -> Refused:
    if not hasattr(error, "error_dict"):
        return Refused(" ".join(error.messages), code="invalid")
    field, messages = next(iter(error.message_dict.items()))
    name = None if field == NON_FIELD_ERRORS else field
    return Refused(" ".join(messages), code="invalid", field=name)
