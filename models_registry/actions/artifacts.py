"""Writes about the files of a version and their scans."""

import re
import unicodedata
from collections.abc import Iterable
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from jobs.actions import enqueue
from jobs.models import Job
from ledger.actions import Act, action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from models_registry.actions.cards import refuse_frozen
from models_registry.actions.editing import locked
from models_registry.models import Artifact, ModelVersion, ScanResult
from models_registry.queries.artifacts import SCAN_JOB, custody_of, due_for_rescan, without_bytes
from models_registry.scanning.run import Scanned, current_suffix
from vault.actions import note_custody, store
from vault.models import StoredFile
from vault.queries import path_of

MEDIA_TYPE = "application/octet-stream"
MOST_FILES = 5_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RESCANS_AT_ONCE = 200


def add_artifact(
    *, by: User, version: ModelVersion, stream: IO[bytes], path: str, role: str
) -> Artifact:
    """Keep a file of a draft version and ask for its scan.

    The bytes are streamed into the vault before the transaction, so that a large file holds up
    nobody. Raises ``Refused`` for a frozen version, a path that is taken or not plain, a file
    above MAX_ARTIFACT_MB.
    """
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    refuse_frozen(version)
    path = plain_path(path)
    _refuse_taken(version, path)
    stored = store(
        stream,
        media_type=MEDIA_TYPE,
        by=by,
        why=custody_of(version),
        max_bytes=int(settings.ASSAY_ARTIFACT_LIMIT),
    )
    artifact = Artifact(path=path, role=role, file=stored, digest=stored.digest, size=stored.size)
    return _add(by, version, artifact)


def register_artifact(
    *,
    by: User,
    version: ModelVersion,
    path: str,
    role: str,
    digest: str,
    uri: str = "",
    size: int | None = None,
) -> Artifact:
    """Name a file of a draft version that is kept elsewhere; it stays unscanned.

    Raises ``Refused`` for a digest that is no SHA-256 and as ``add_artifact`` does.
    """
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    refuse_frozen(version)
    digest = digest.strip().lower().removeprefix("sha256:")
    if not _SHA256.fullmatch(digest):
        raise Refused(
            _("Enter the SHA-256 of the file: 64 characters from 0 to 9 and a to f."),
            code="digest",
            field="digest",
        )
    path = plain_path(path)
    _refuse_taken(version, path)
    return _add(by, version, Artifact(path=path, role=role, digest=digest, uri=uri, size=size))


def remove_artifact(*, by: User, artifact: Artifact) -> None:
    """Take a file off a draft version, with its scans and waivers; the ledger keeps them all."""
    version = artifact.model_version
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    with action("models_registry.artifact.removed", by=by) as act:
        held = locked(version)
        refuse_frozen(held)
        for record in (*artifact.scans.all(), *artifact.waivers.all()):
            act.delete(record)
        act.delete(artifact)
        _renew_digest(act, held)
    version.refresh_from_db()


def request_scan(*, by: User, artifact: Artifact) -> Job:
    """Ask for a scan of a stored file; while one is asked for, that one is returned."""
    require(by, Permission.VERSION_REGISTER, artifact.model_version.model.unit_id)
    if artifact.file_id is None:
        raise Refused(
            _("The file is registered by its digest only. Upload its bytes to have it scanned."),
            code="no-bytes",
        )
    return _ask_for_scan(by, artifact)


def record_scan(*, by: User, artifact: Artifact, scanned: Scanned) -> Artifact:
    """Write what the scanners said; the artifact takes the worst verdict."""
    require(by, Permission.VERSION_REGISTER, artifact.model_version.model.unit_id)
    with action("models_registry.artifact.scanned", by=by) as act:
        artifact = locked(artifact)
        for said in scanned.said:
            result = ScanResult(
                artifact=artifact,
                scanner=said.scanner,
                scanner_version=said.scanner_version,
                **said.outcome,
            )
            act.save(result, event="models_registry.scan.recorded")
        artifact.format, artifact.loading = scanned.format, scanned.loading
        artifact.verdict = scanned.verdict
        act.save(artifact)
    return artifact


def rescan_outdated(*, by: User) -> int:
    """Ask for scans of files that today's rules have not judged. Returns how many were asked for.

    A bounded number at a time, oldest first; the next sweep asks for the next. A file whose bytes
    were gone is asked for again once they are back.
    """
    suffix = current_suffix()
    found = list(due_for_rescan(suffix)[:_RESCANS_AT_ONCE])
    found += [one for one in without_bytes(suffix) if path_of(one.digest).is_file()]
    for artifact in found:
        _ask_for_scan(by, artifact)
    return len(found)


def note_download(*, by: User, artifact: Artifact) -> None:
    """Write into the custody of the file that ``by`` took a copy."""
    if artifact.file is not None:
        note_custody(artifact.file, by=by, act="downloaded", why=custody_of(artifact.model_version))


def artifact_set_digest(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of ``[{"path", "sha256"}]``, sorted by path.

    Empty for a version without files.
    """
    listed = [{"path": path, "sha256": digest} for path, digest in sorted(files)]
    return sha256_hex(canonical(listed)) if listed else ""


def plain_path(path: str) -> str:
    """``path`` as a relative path of plain names. Raises ``Refused`` for anything else."""
    path = unicodedata.normalize("NFC", path)
    parts = path.split("/")
    if (
        not path
        or len(path) > 500
        or "\\" in path
        or re.match(r"[A-Za-z]:", path)
        or any(part.strip(" ") in ("", ".", "..") or part != part.strip() for part in parts)
        or any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in path)
    ):
        raise Refused(
            _(
                "Give the path as names with “/” between them, such as weights/model.safetensors: "
                "not absolute, without “..”, “\\” or invisible characters."
            ),
            code="path",
            field="path",
        )
    return path


def _add(by: User, version: ModelVersion, artifact: Artifact) -> Artifact:
    with action("models_registry.artifact.added", by=by) as act:
        # Whoever submits waits for this lock, so that no file slips in behind the digest.
        held = locked(version)
        refuse_frozen(held)
        artifact.model_version, artifact.added_by = held, by
        act.save(artifact)
        _renew_digest(act, held)
        if isinstance(artifact.file, StoredFile):
            _ask_for_scan(by, artifact)
    version.refresh_from_db()
    artifact.model_version = version
    return artifact


def _renew_digest(act: Act, version: ModelVersion) -> None:
    files = version.artifacts.values_list("path", "digest")
    version.artifact_set_digest = artifact_set_digest(files)
    act.save(version, event="models_registry.version.files-changed")


def _ask_for_scan(by: User, artifact: Artifact) -> Job:
    arguments = {"artifact": artifact.pk, "rules": current_suffix()}
    return enqueue(SCAN_JOB, arguments, by=by, key=f"artifact:{artifact.pk}")


def _refuse_taken(version: ModelVersion, path: str) -> None:
    """Before the long upload; the database has the last word."""
    if version.artifacts.filter(path__iexact=path).exists():
        raise Refused(
            _("This version has an artifact of that path already."),
            code="conflict",
            field="path",
            status=409,
        )
    if version.artifacts.count() >= MOST_FILES:
        raise Refused(_("A version holds at most 5,000 files."), code="too-many", field="path")
