"""Verifying a model-signing bundle, in a process of its own with limits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from models_registry.reading.process import ChildFailed, ChildLimits, ask

LIMITS = ChildLimits(wall_seconds=540, cpu_seconds=540, memory_mb=1024, address_space_mb=4096)
VERIFIED, FAILED, UNVERIFIED = "verified", "failed", "unverified"


@dataclass(frozen=True)
class Verification:
    """Verdict and what the library said."""

    verdict: str
    detail: str = ""


def verify(
    files: Iterable[tuple[str, Path]],
    *,
    bundle: bytes,
    key: bytes,
    scratch: Path,
    tick: Callable[[str], None] | None = None,
) -> Verification:
    """Whether ``bundle`` signs exactly ``files`` (relative path, bytes) by the owner of ``key``.

    The files are linked into a folder below ``scratch``, or copied where links are impossible.
    Needs the extra ``signing``; without it the verdict is unverified.
    """
    with TemporaryDirectory(dir=scratch, prefix="signature-") as name:
        folder = Path(name)
        for path, source in files:
            _place(source, folder / "model" / path)
        (folder / "bundle.json").write_bytes(bundle)
        (folder / "key.pem").write_bytes(key)
        try:
            said = ask(
                "models_registry.scanning.signature_child", {"folder": name}, LIMITS, tick=tick
            )
        except ChildFailed as failure:
            return Verification(UNVERIFIED, f"Verifying was stopped: {failure}"[:400])
    return Verification(str(said["verdict"]), str(said["detail"])[:400])


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        copyfile(source, target)
