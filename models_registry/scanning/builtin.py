"""The scanners that are always there."""

import logging
from importlib import metadata
from pathlib import Path

from picklescan.scanner import ScanResult, scan_bytes  # type: ignore[import-untyped]

from models_registry.scanning.archives import judge_file
from models_registry.scanning.arrays import judge_array
from models_registry.scanning.formats import PICKLED, ZIPPED, detect
from models_registry.scanning.outcome import (
    CLEAN,
    ERROR,
    FINDINGS,
    Finding,
    Notes,
    ScanOutcome,
)
from models_registry.scanning.pickles import judge_stream, read_pickle
from models_registry.scanning.structure import JUDGES

WITH_PICKLES = PICKLED | ZIPPED | {"numpy"}
_ENDINGS = {"numpy": ".npy", "pytorch": ".pt", "torchscript": ".pt"}


class Picklescan:
    """The library picklescan: a list of what is known to be dangerous."""

    name = "picklescan"
    version = metadata.version("picklescan")
    rules = "1"
    formats = WITH_PICKLES

    def scan(self, path: Path) -> ScanOutcome:
        """What the library reports; it follows no file system names inside archives."""
        logging.getLogger("picklescan").setLevel(logging.CRITICAL)
        with path.open("rb") as file:
            ending = _ENDINGS.get(detect(path), "")
            if not ending and read_pickle(file).magic:
                ending = ".pt"
            file.seek(0)
            return self._said(scan_bytes(file, "file", ending))

    def _said(self, result: ScanResult) -> ScanOutcome:
        bad = [g for g in result.globals if g.safety.value == "dangerous"]
        findings = tuple(
            Finding(
                "dangerous-import", f"Loading imports {g.module}.{g.name}, known to be misused."
            )
            for g in sorted(bad, key=lambda g: (g.module, g.name))
        )
        if result.issues_count:
            return ScanOutcome(FINDINGS, findings)
        if result.scan_err:
            return ScanOutcome(ERROR, (), "The library could not read the whole file.")
        unlisted = f"{result.suspicious_count} imports are on none of its lists."
        return ScanOutcome(CLEAN, (), unlisted if result.suspicious_count else "")


class PickleImports:
    """Our allow-list of imports."""

    name = "pickle-imports"
    version = "1"
    rules = "1"
    formats = WITH_PICKLES

    def scan(self, path: Path) -> ScanOutcome:
        """Findings for all that is not known to be harmless."""
        notes = Notes()
        kind = detect(path)
        if kind in ZIPPED:
            judge_file(path, notes)
            return notes.outcome()
        with path.open("rb") as file:
            if kind == "numpy":
                judge_array(file, path.stat().st_size, notes)
            else:
                judge_stream(file, notes)
        return notes.outcome()


class Structure:
    """Headers of formats that hold only data."""

    name = "structure"
    version = "1"
    rules = "1"
    formats = frozenset(JUDGES)

    def scan(self, path: Path) -> ScanOutcome:
        """Findings for headers that lie."""
        notes = Notes()
        JUDGES[detect(path)](path, notes)
        return notes.outcome()
