"""Handing out a record part by part, so that what no format asks for is known to be lost."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from incidents.exchange.record import CaseRecord


class Loss(NamedTuple):
    """A part of the record without a place in the target: RFC 6901 path and its value."""

    path: str
    value: Any


class Giver:
    """The record, part by part; what nobody asks for is lost and says so."""

    def __init__(self, record: CaseRecord) -> None:
        self._record: dict[str, Any] = dict(record)
        self._given: set[tuple[str, ...]] = set()

    def give(self, name: str, *inside: str) -> Any:
        """The value of a field, or of one entry of it; it counts as written."""
        self._given.add((name, *inside))
        value = self._record[name]
        for part in inside:
            value = value[int(part)] if isinstance(value, list) else value[part]
        return value

    def peek(self, name: str) -> Any:
        """The value of a field, to choose from; nothing counts as written."""
        return self._record[name]

    def losses(self) -> list[Loss]:
        """Everything that is not empty and was not given."""
        return [
            Loss("/" + "/".join(path), value)
            for name, whole in self._record.items()
            for path, value in self._parts(name, whole)
            if path not in self._given and value not in (None, "", [], {})
        ]

    def _parts(self, name: str, whole: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
        inside = any(len(path) > 1 and path[0] == name for path in self._given)
        if (name,) in self._given or not inside:
            yield (name,), whole
        elif isinstance(whole, dict):
            yield from (((name, key), value) for key, value in whole.items())
        else:
            yield from (((name, str(at)), value) for at, value in enumerate(whole))
