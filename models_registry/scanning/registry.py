"""Which scanners there are: ours, and those of the entry point group ``assay.scanners``."""

import hashlib
from functools import cache
from importlib import metadata

from models_registry.scanning.builtin import PickleImports, Picklescan, Structure
from models_registry.scanning.outcome import Scanner

GROUP = "assay.scanners"


@cache
def scanners() -> tuple[Scanner, ...]:
    """Every scanner; a foreign one may not take the name of ours."""
    found: dict[str, Scanner] = {s.name: s for s in (Picklescan(), PickleImports(), Structure())}
    for point in sorted(metadata.entry_points(group=GROUP), key=lambda p: p.name):
        scanner: Scanner = point.load()()
        found.setdefault(scanner.name, scanner)
    return tuple(found.values())


def scanner_named(name: str) -> Scanner:
    """The scanner of that name. Raises ``LookupError``."""
    return next(s for s in scanners() if s.name == name)


@cache
def rules_version() -> str:
    """Eight hexadecimal digits that change with any scanner, its version or its rules."""
    names = "\n".join(f"{s.name} {s.version} {s.rules}" for s in scanners())
    return hashlib.sha256(names.encode()).hexdigest()[:8]
