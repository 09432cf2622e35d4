"""Canonical JSON (RFC 8785) and the digests taken over it."""

import datetime as dt
import decimal
import hashlib
import json
import uuid
from collections.abc import Mapping
from enum import Enum
from typing import Any

import rfc8785

# RFC 8785 numbers are IEEE 754 doubles: larger integers would silently change.
_SAFE_INTEGER = 2**53 - 1


def plain(value: Any) -> Any:
    """``value`` as JSON types: times as UTC ISO 8601, decimals and large integers as text."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int):
        return value if abs(value) <= _SAFE_INTEGER else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    return _scalar(value)


def _number(value: float) -> float | str:
    """A double as it is; a whole number past the safe range as its digits, like an ``int``.

    PostgreSQL returns such a number inside a JSON column as an integer, SQLite as a double.
    """
    if value.is_integer() and abs(value) > _SAFE_INTEGER:
        return str(int(decimal.Decimal(repr(value))))
    return value


def _scalar(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dt.date | dt.time | dt.timedelta | decimal.Decimal | uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value: Any) -> bytes:
    """``value`` as RFC 8785 JSON bytes.

    Raises ``ValueError`` for NaN, infinities and lone surrogates, which JSON cannot carry.
    """
    return encode(plain(value))


def encode(plain_value: Any) -> bytes:
    """RFC 8785 JSON bytes of what ``plain`` returned. Raises ``ValueError`` like ``canonical``."""
    if _is_ordinary(plain_value):
        return _ORDINARY.encode(plain_value).encode()
    encoded: bytes = rfc8785.dumps(plain_value)
    return encoded


# RFC 8785 differs from sorted, compact JSON only in floats, in keys beyond ASCII (their order is
# that of UTF-16) and in refusing large integers. Most events hold none of these, and the standard
# library's encoder, which is C, takes a third of the time.
_ORDINARY = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _is_ordinary(value: Any) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-_SAFE_INTEGER <= value <= _SAFE_INTEGER)
    if kind is dict:
        return all(type(k) is str and k.isascii() for k in value) and all(
            map(_is_ordinary, value.values())
        )
    return kind is list and all(map(_is_ordinary, value))


def sha256_hex(data: bytes) -> str:
    """SHA-256 of ``data`` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
