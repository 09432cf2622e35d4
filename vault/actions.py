"""Taking bytes in: streamed, hashed, synced, then named by their hash."""

import datetime as dt
import errno
import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ledger.actions import Actor
from ledger.errors import Refused
from vault.models import CustodyEntry, StoredFile
from vault.queries import path_of

_CHUNK = 1024 * 1024
_INCOMING = ".incoming-"
# Also what a quota or a file size limit of the process says.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def store(
    stream: IO[bytes], *, media_type: str, by: Actor, why: str, max_bytes: int | None = None
) -> StoredFile:
    """Keep what ``stream`` holds and return its record; the same bytes are kept once.

    ``max_bytes`` caps the size (the upload limit by default). Raises ``Refused`` when the stream
    is larger or the disk is full; nothing of it is kept then.
    """
    limit = settings.ASSAY_UPLOAD_LIMIT if max_bytes is None else max_bytes
    try:
        digest, size = _keep(stream, limit)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Refused(
            _("The disk is full, so nothing was stored. Ask your administrator to make room."),
            code="no-space",
            field="file",
            status=507,
        ) from error
    stored = _record(digest, size, media_type)
    note_custody(stored, by=by, act="received", why=why)
    return stored


def sweep(older_than: dt.timedelta = dt.timedelta(days=1)) -> int:
    """Remove what killed uploads left behind. Returns how many files that were."""
    before = time.time() - older_than.total_seconds()
    left = [
        path
        for path in Path(settings.MEDIA_ROOT).glob(f"{_INCOMING}*")
        if path.stat().st_mtime < before
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _keep(stream: IO[bytes], limit: int) -> tuple[str, int]:
    """Copy to a temporary name, sync, and move to the name of the hash."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd, name = tempfile.mkstemp(dir=root, prefix=_INCOMING)
    try:
        with os.fdopen(fd, "wb") as target:
            digest, size = _copy(stream, target, limit)
            target.flush()
            os.fsync(target.fileno())
        _place(Path(name), digest)
    finally:
        Path(name).unlink(missing_ok=True)
    return digest, size


def note_custody(file: StoredFile, *, by: Actor, act: str, why: str) -> CustodyEntry:
    """Write down that ``by`` handled ``file``."""
    return CustodyEntry.objects.create(file=file, by_id=by.pk, act=act, why=why[:200])


def _copy(stream: IO[bytes], target: IO[bytes], limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise Refused(
                _("The file is larger than the limit of %(limit)s MB. Upload a smaller one.")
                % {"limit": max(1, limit // 1_000_000)},
                code="too-large",
                field="file",
                status=413,
            )
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _place(source: Path, digest: str) -> None:
    final = path_of(digest)
    if final.exists():
        return
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source.replace(final)
    final.chmod(0o400)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name survives a power cut, too
    finally:
        os.close(folder)


def _record(digest: str, size: int, media_type: str) -> StoredFile:
    values: dict[str, Any] = {
        "size": size,
        "media_type": media_type[:120],
        "storage_key": str(path_of(digest).relative_to(settings.MEDIA_ROOT)),
    }
    try:
        with transaction.atomic():
            return StoredFile.objects.get_or_create(digest=digest, defaults=values)[0]
    except IntegrityError:
        return StoredFile.objects.get(digest=digest)
