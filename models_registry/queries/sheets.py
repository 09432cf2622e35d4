"""Records as rows of a table file, and a table file's cells as values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from models_registry.jurisdictions import UnknownJurisdiction, from_text
from models_registry.models import AISystem
from models_registry.spreadsheet.cells import guarded, plain_text

# Columns that stand in the file and cannot be changed there, before and after the others.
BEFORE, AFTER = ("id", "version", "unit"), ("state",)


class BadCell(ValueError):
    """A cell that says nothing that the field knows; the message says what it may say."""


def columns_of(model: type[models.Model], fields: Sequence[str]) -> tuple[str, ...]:
    """The columns of the table of ``model`` with these ``fields``."""
    after = AFTER if model is AISystem else ()
    return (*BEFORE, *fields, *after)


def rows_of(
    rows: QuerySet[Any], columns: Sequence[str], people: Sequence[str]
) -> Iterator[list[str | int]]:
    """One row of cells for each record; one query."""
    found = rows.select_related("unit", *people).order_by("pk")
    for record in found.iterator():
        yield [cell_of(record, name) for name in columns]


def cell_of(record: Any, name: str) -> str | int:
    """The value of one field as its cell holds it, before it is made safe."""
    value = getattr(record, name)
    if value is None:
        return ""
    if isinstance(value, User):
        return value.email
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, int) else str(value)


def is_as_written(record: Any, name: str, text: str) -> bool:
    """Whether a cell that was read still says what the table was written with."""
    return plain_text(text) == guarded(plain_text(str(cell_of(record, name))))


def value_of(model: type[models.Model], name: str, text: str, people: Mapping[str, User]) -> Any:
    """What a cell says of the field ``name``; ``people`` are those whom it may name, by address.

    Choices go by their stored value or by the word that pages show. Raises ``BadCell``.
    """
    field: Any = model._meta.get_field(name)
    text = plain_text(text).strip()
    if not text:
        return _nothing(field)
    if field.related_model is User:
        if text.casefold() not in people:
            raise BadCell(_("No colleague of yours has the address “%(text)s”.") % {"text": text})
        return people[text.casefold()]
    if field.flatchoices:
        return _choice(field, text)
    if name == "jurisdictions":
        try:
            return from_text(text)
        except UnknownJurisdiction as unknown:
            raise BadCell(unknown.sentence()) from unknown
    return text


def _nothing(field: Any) -> Any:
    if not field.blank:
        raise BadCell(_("This cannot be empty."))
    if field.null:
        return None
    return field.get_default() if field.get_internal_type() == "JSONField" else ""


def _choice(field: Any, text: str) -> Any:
    known = {str(value).casefold(): value for value, _label in field.flatchoices}
    known |= {str(label).casefold(): value for value, label in field.flatchoices}
    if text.casefold() not in known:
        words = ", ".join(str(value) for value, _label in field.flatchoices)
        raise BadCell(_("“%(text)s” is none of: %(words)s.") % {"text": text[:80], "words": words})
    return known[text.casefold()]
