"""Reading kept bytes."""

import re
from pathlib import Path
from typing import IO

from django.conf import settings


class MissingBytes(RuntimeError):
    """The record of a file exists, but its bytes do not: restore them from a backup."""


_DIGEST = re.compile(r"[0-9a-f]{64}")


def path_of(digest: str) -> Path:
    """Where the bytes with this SHA-256 lie. Raises ``MissingBytes`` when it is no SHA-256."""
    if not _DIGEST.fullmatch(digest):
        raise MissingBytes(f"Not a SHA-256 digest: {digest[:80]!r}")
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def open_file(digest: str) -> IO[bytes]:
    """An open binary file. Raises ``MissingBytes`` when the vault lost it."""
    try:
        return path_of(digest).open("rb")
    except FileNotFoundError as error:
        raise MissingBytes(f"The vault has no bytes for {digest}") from error


def read_bytes(digest: str) -> bytes:
    """All bytes of a file. Raises ``MissingBytes``."""
    with open_file(digest) as file:
        return file.read()
