"""Laid out parts, kept by the digest of all that shapes them; losing one costs only time."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from ledger.canonical import sha256_hex
from reports.pdf.job import RenderJob
from reports.pdf.pool import Part

MAX_BYTES = 512_000_000
ENGINE = ("weasyprint", "pydyf", "fonttools", "pikepdf", "pillow", "tinycss2", "tinyhtml5")


def part_key(job: RenderJob) -> str:
    """SHA-256 of document (data, template, language), date, styles, faces and engine."""
    assets = "".join(f"{asset.name} {sha256_hex(asset.body)}\n" for asset in job.assets)
    files = "".join(f"{file.name} {sha256_hex(file.body)}\n" for file in job.embedded)
    head = f"{_engine()}\n{job.moment}\n{assets}{files}\n"
    return sha256_hex(head.encode() + job.html.encode())


def kept(key: str, target: Path) -> Part | None:
    """The kept part, linked to `target`; None when there is none or it was damaged."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        facts = json.loads(_path(key, "json").read_text())
        source = _path(key, "pdf")
        if sha256_hex(source.read_bytes()) != facts["sha256"]:
            return None
        os.utime(source)
        _link(source, target)
        return Part(target, facts["pages"], facts["anchors"])
    return None


def keep(key: str, part: Part) -> None:
    """Remember a part. A full disk is no reason to fail."""
    body = part.path.read_bytes()
    facts = {"sha256": sha256_hex(body), "pages": part.pages, "anchors": part.anchors}
    with contextlib.suppress(OSError):
        _write(_path(key, "pdf"), body)
        _write(_path(key, "json"), json.dumps(facts).encode())


def sweep() -> int:
    """Forget the parts that were not used for longest, beyond MAX_BYTES. Returns how many."""
    found = []
    for path in Path(settings.REPORT_PARTS).glob("*/*.pdf"):
        with contextlib.suppress(OSError):
            facts = path.stat()
            found.append((facts.st_mtime, facts.st_size, path))
    total, gone = 0, 0
    for _used, size, path in sorted(found, reverse=True):
        total += size
        if total > MAX_BYTES:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)
            gone += 1
    return gone


@cache
def _engine() -> str:
    return " ".join([sys.version.split()[0], *(f"{name} {version(name)}" for name in ENGINE)])


def _path(key: str, suffix: str) -> Path:
    return Path(settings.REPORT_PARTS) / key[:2] / f"{key}.{suffix}"


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(fd, "wb") as file:
        file.write(body)
    Path(name).replace(path)
