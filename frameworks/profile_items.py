"""Items of a profile as plain values, and their digest. No database."""

from collections.abc import Mapping

from ledger.canonical import canonical, sha256_hex

# An item by identifier: the level to reach (0-4, or none), and why.
Items = Mapping[str, tuple[int | None, str]]


def digest_of(items: Items) -> str:
    """SHA-256 over the canonical JSON of identifier, level and reason."""
    return sha256_hex(canonical({key: list(value) for key, value in items.items()}))
