"""Scanning a file: each scanner in a process of its own, the worst verdict counts."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models_registry.reading.process import ChildFailed, ChildLimits, ask
from models_registry.scanning.outcome import ERROR, UNSCANNED, ScanOutcome, worst
from models_registry.scanning.registry import rules_version, scanners

LIMITS = ChildLimits(wall_seconds=300, cpu_seconds=240, memory_mb=1024, address_space_mb=3072)
_FAILURES = {
    "timeout": "The scanner took too long and was stopped.",
    "cpu": "The scanner took too long and was stopped.",
    "memory": "The scanner needed more memory than it may use.",
}
# Who says that there was nothing to scan, and what.
VAULT = "vault"
GONE = "The stored bytes are gone. Restore them from a backup; the file is scanned again then."
Tick = Callable[[str], None]


@dataclass(frozen=True)
class Said:
    """What one scanner said; ``scanner_version`` ends with the version of all rules."""

    scanner: str
    scanner_version: str
    outcome: dict[str, Any]


@dataclass(frozen=True)
class Scanned:
    """What a file is and what all scanners said."""

    format: str
    loading: str
    verdict: str
    said: tuple[Said, ...]


def scan_file(path: Path, *, tick: Tick | None = None, limits: ChildLimits = LIMITS) -> Scanned:
    """Scan the file. Never raises for what is in it: a scanner that breaks says ``error``.

    A file that no scanner understands is unscanned, never clean.
    """
    if not path.is_file():
        gone = ScanOutcome(ERROR, (), GONE).as_json()
        return Scanned("unknown", "unknown", ERROR, (_by(VAULT, "1", gone),))
    kind = _ask(path, "", limits, tick)
    if kind.get("verdict") == ERROR:
        return Scanned("unknown", "unknown", ERROR, (_by("format", "1", kind),))
    said = [
        _by(s.name, s.version, _ask(path, s.name, limits, tick))
        for s in scanners()
        if kind["format"] in s.formats
    ]
    if not said:
        nobody = ScanOutcome(UNSCANNED, (), f"No scanner understands the format {kind['format']}.")
        said = [_by("format", "1", nobody.as_json())]
    verdict = worst(one.outcome["verdict"] for one in said)
    return Scanned(kind["format"], kind["loading"], verdict, tuple(said))


def current_suffix() -> str:
    """How the ``scanner_version`` of every result of today's rules ends."""
    return f"@{rules_version()}"


def _by(name: str, version: str, outcome: dict[str, Any]) -> Said:
    return Said(name[:60], f"{version[:40]}{current_suffix()}", outcome)


def _ask(path: Path, scanner: str, limits: ChildLimits, tick: Tick | None) -> dict[str, Any]:
    request = {"path": str(path.resolve()), "scanner": scanner}
    try:
        return ask("models_registry.scanning.child", request, limits, tick=tick)
    except ChildFailed as failure:
        detail = _FAILURES.get(failure.kind, "The file broke the scanner.")
        return ScanOutcome(ERROR, (), f"{detail} ({failure.detail})"[:300]).as_json()
