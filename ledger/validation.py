"""Checking a record before it is stored, with as few queries as the change allows."""

import json
import re
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, connection, models
from django.utils.translation import gettext as _

from ledger.canonical import encode, plain
from ledger.errors import Refused
from ledger.models import Record

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def validate(record: Record, before: tuple[Any, ...] | None) -> None:
    """``full_clean`` of what differs from ``before``; of everything when that is ``None``.

    Rules that the database enforces are left to it: see ``explain``. Raises ``Refused`` with the
    first message and the field that it is about.
    """
    unchanged = _unchanged(record, before)
    _check_text(record, unchanged)
    try:
        record.clean_fields(exclude=unchanged | _known_to_exist(record))
        record.clean()
        _check_constraints(record, _unchanged(record, before), enforced=False)
    except ValidationError as error:
        raise _refused(error) from error


def explain(record: Record, broken: DatabaseError) -> Refused:
    """What to say when the database refused ``record``: the message of the rule it breaks."""
    try:
        record.validate_unique()
        _check_constraints(record, set(), enforced=True)
    except ValidationError as error:
        return _refused(error)
    return _refused_by_database(broken)


def _refused_by_database(error: DatabaseError) -> Refused:
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
        if field.name in unchanged:
            continue
        if isinstance(value, str) and ("\0" in value or not _is_unicode(value)):
            raise Refused(
                _("The text holds a character that cannot be stored (NUL or half a character)."),
                code="invalid",
                field=field.name,
            )
        if isinstance(value, dict | list):
            stored = json.loads(json.dumps(value, cls=getattr(field, "encoder", None)))
            canonical_text(plain(stored))


def canonical_text(value: Any) -> str:
    """A plain ``value`` as canonical JSON. Raises ``Refused`` for what a database cannot hold."""
    try:
        text = encode(value).decode()
    except ValueError as error:
        raise Refused(
            _("A value cannot be stored: it is not a number or holds broken characters."),
            code="invalid",
        ) from error
    # The cheap test first: nearly every text passes it.
    if r"\u0000" in text and _NUL.search(text):
        raise Refused(
            _("The text holds a NUL character, which cannot be stored. Remove it."), code="invalid"
        )
    return text


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


def _known_to_exist(record: Record) -> set[str]:
    """Foreign keys whose object came along, so that nobody needs to look for it."""
    return {
        field.name
        for field in record._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and not field.get_limit_choices_to()
        and field.is_cached(record)
        and _is_stored(field.get_cached_value(record))
    }


def _is_stored(target: Any) -> bool:
    return target is not None and not target._state.adding


def _check_constraints(record: Record, unchanged: set[str], *, enforced: bool) -> None:
    for model, constraints in record.get_constraints():
        for constraint in constraints:
            names = _names_in(constraint)
            if _is_enforced(constraint) is enforced and (
                names is None or not unchanged.issuperset(names)
            ):
                constraint.validate(model, record)


def _is_enforced(constraint: models.BaseConstraint) -> bool:
    """Whether the database has this rule: SQLite cannot take two NULLs for the same."""
    if getattr(constraint, "nulls_distinct", None) is None:
        return True
    return connection.features.supports_nulls_distinct_unique_constraints


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
