"""Writes about tables."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.errors import Refused
from models_registry.cards.wording import one_line
from models_registry.models import DatasetUse, DatasetVersion, ModelVersion
from models_registry.reading.profile import TableProfile
from models_registry.reading.tables import inspect_table, refuse_oversize
from vault.actions import store

CSV, PARQUET, JSONL = "text/csv", "application/vnd.apache.parquet", "application/jsonl"
KINDS = {
    ".csv": CSV, ".tsv": CSV, ".txt": CSV, ".jsonl": JSONL, ".ndjson": JSONL,
    ".parquet": PARQUET, ".pq": PARQUET,
}  # fmt: skip

_CHUNK = 1024 * 1024


def media_type_of(file_name: str) -> str:
    """The media type that a file name announces. Raises ``Refused`` for other tables."""
    ending = os.path.splitext(file_name)[1].lower()
    found = KINDS.get(ending)
    if found is None:
        raise Refused(
            _("Upload a table as CSV, JSONL or Parquet; “%(name)s” has the ending of none.")
            % {"name": one_line(file_name, 80)},
            code="table-type",
            field="file",
        )
    return found


def upload_dataset(
    *,
    by: User,
    unit: Unit,
    name: str,
    label: str,
    role: str,
    stream: IO[bytes],
    file_name: str,
    notes: str = "",
) -> DatasetVersion:
    """Keep a table and its shape as one version of a dataset.

    The stream is copied to disk piece by piece, read in a process of its own, and only then kept
    and recorded, in one transaction. Raises ``Refused`` for a table that is too large or cannot
    be read, or a name and label that the unit has; nothing is kept then.
    """
    require(by, Permission.DATASET_UPLOAD, unit)
    media_type = media_type_of(file_name)
    name, label = " ".join(name.split()), " ".join(label.split())
    _refuse_taken(unit, name, label)
    with _spooled(stream) as path:
        profile = inspect_table(path, media_type)
        return _record(by, unit, (name, label, role, notes), (path, file_name, media_type), profile)


def use_dataset(*, by: User, dataset: DatasetVersion, version: ModelVersion) -> DatasetUse:
    """Say that ``dataset`` belongs to ``version``; saying it again changes nothing."""
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    known = DatasetUse.objects.filter(dataset=dataset, model_version=version)
    found: DatasetUse | None = known.first()
    if found is not None:
        return found
    use = DatasetUse(dataset=dataset, model_version=version)
    with action("models_registry.dataset.used", by=by) as act:
        act.save(use)
    return use


def _record(
    by: User,
    unit: Unit,
    words: tuple[str, str, str, str],
    source: tuple[str, str, str],
    profile: TableProfile,
) -> DatasetVersion:
    name, label, role, notes = words
    path, file_name, media_type = source
    with action("models_registry.dataset.uploaded", by=by) as act:
        with open(path, "rb") as file:
            stored = store(file, media_type=media_type, by=by, why=f"dataset {name} {label}")
        dataset = DatasetVersion(
            unit=unit,
            name=name,
            label=label,
            role=role,
            file=stored,
            file_name=one_line(file_name),
            media_type=media_type,
            rows=profile.rows,
            profile=profile.as_json(),
            fingerprint=stored.digest,
            notes=notes,
            uploaded_by=by,
        )
        act.save(dataset)
    return dataset


@contextmanager
def _spooled(stream: IO[bytes]) -> Iterator[str]:
    """The stream as a file on disk that is gone afterwards; refuses one above the limit."""
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="table-") as spool:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            refuse_oversize(size)
            spool.write(chunk)
        spool.flush()
        yield spool.name


def _refuse_taken(unit: Unit, name: str, label: str) -> None:
    """Before the long reading; the database has the last word."""
    if DatasetVersion.objects.filter(unit=unit, name__iexact=name, label=label).exists():
        raise Refused(
            _("This unit has that version of the dataset already. Choose another label."),
            code="conflict",
            field="label",
            status=409,
        )
