"""Small renderings into JSON text that all parts share."""

import datetime as dt
from typing import Any


def moment(value: dt.datetime | None) -> str | None:
    """A time in UTC to the second, as in ``2026-11-23T18:00:00Z``; None stays None."""
    if value is None:
        return None
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(value: dt.datetime) -> str:
    """The same for a time that is always there."""
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def words(value: Any) -> str:
    """A lazy text, a choice or nothing, as plain text."""
    return "" if value is None else str(value)
