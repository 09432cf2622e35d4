"""What a scanner is and what it says. Free of Django: scanners run in bare child processes."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

CLEAN, UNSCANNED, ERROR, FINDINGS = "clean", "unscanned", "error", "findings"
# From best to worst.
ORDER = (CLEAN, UNSCANNED, ERROR, FINDINGS)
MOST_FINDINGS = 100


@dataclass(frozen=True)
class Finding:
    """One thing that somebody should know before loading the file."""

    code: str
    text: str
    where: str = ""


@dataclass(frozen=True)
class ScanOutcome:
    """The verdict of one scanner: clean, unscanned, error or findings."""

    verdict: str
    findings: tuple[Finding, ...] = ()
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values, with a bounded number of findings of bounded length."""
        shown = [
            {k: _printable(v)[:300] for k, v in asdict(f).items()}
            for f in self.findings[:MOST_FINDINGS]
        ]
        left = len(self.findings) - len(shown)
        more = f" {left} further findings are not listed." if left else ""
        detail = _printable(self.detail)[:400] + more
        return {"verdict": self.verdict, "findings": shown, "detail": detail.strip()}


@dataclass
class Notes:
    """Collects findings and reasons for not judging; turns them into an outcome."""

    findings: list[Finding] = field(default_factory=list)
    unscanned: list[str] = field(default_factory=list)

    def add(self, code: str, text: str, where: str = "") -> None:
        """Another finding; the same one is kept once."""
        finding = Finding(code, text, where)
        if finding not in self.findings:
            self.findings.append(finding)

    def outcome(self) -> ScanOutcome:
        """Findings if there are any, else unscanned if anything was not understood, else clean."""
        if self.findings:
            return ScanOutcome(FINDINGS, tuple(self.findings), " ".join(self.unscanned[:3]))
        if self.unscanned:
            return ScanOutcome(UNSCANNED, (), " ".join(self.unscanned[:3]))
        return ScanOutcome(CLEAN)


class Scanner(Protocol):
    """What the entry point group ``assay.scanners`` must offer (a class without arguments).

    ``rules`` changes whenever the same file could get another verdict: every file is then scanned
    again. ``formats`` are names of ``formats.LOADING``; other files are not shown to the scanner.
    """

    name: str
    version: str
    rules: str
    formats: frozenset[str]

    def scan(self, path: Path) -> ScanOutcome:
        """Judge the file; whatever it raises counts as ``error``."""


def worst(verdicts: Iterable[str]) -> str:
    """The worst of the verdicts; unscanned when there is none, error when one is unknown."""
    ranks = [ORDER.index(v) if v in ORDER else ORDER.index(ERROR) for v in verdicts]
    return ORDER[max(ranks)] if ranks else UNSCANNED


def _printable(text: str) -> str:
    """Names from a hostile file, made harmless to store and show."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
