"""Results of checks as JUnit XML, which build servers show."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Tree

from evaluations.models import CheckRun, MetricResult, Verdict

# What XML 1.0 cannot hold; names of slices come from tables.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPEN = "not finished"


def junit(runs: Sequence[CheckRun], *, strict: bool = False) -> bytes:
    """One suite per run, one case per judged figure, as UTF-8 bytes.

    ``fail`` is a failure, ``error`` an error; what is inconclusive, does not apply or has not
    finished is skipped, because it is no pass. With ``strict`` an inconclusive or unfinished
    figure is a failure. A run without a judged figure has one case, which is its verdict.
    """
    root = Tree.Element("testsuites")
    total: dict[str, int] = {}
    for run in runs:
        suite = Tree.SubElement(root, "testsuite", name=_text(run.check_name))
        counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
        for name, verdict, reason in _cases(run):
            kind = _kind(verdict, strict)
            case = Tree.SubElement(
                suite, "testcase", classname=_text(run.check_name), name=_text(name)
            )
            if kind:
                Tree.SubElement(case, kind, message=_text(reason or verdict), type=verdict)
            counts["tests"] += 1
            if kind:
                counts[{"failure": "failures", "error": "errors"}.get(kind, kind)] += 1
        for key, count in counts.items():
            suite.set(key, str(count))
            total[key] = total.get(key, 0) + count
        suite.set("id", run.reference_number)
    for key, count in total.items():
        root.set(key, str(count))
    found: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def _cases(run: CheckRun) -> list[tuple[str, str, str]]:
    """Name, verdict and reason of each judged figure."""
    results: list[MetricResult] = list(run.results.all())
    judged = [
        (f"{one.metric} {one.slice}".strip(), one.verdict, one.reason)
        for one in results
        if one.verdict
    ]
    return judged or [("verdict", run.verdict or _OPEN, run.headline)]


def _kind(verdict: str, strict: bool) -> str:
    """The child element that a verdict needs; empty for a passed case."""
    if verdict in (Verdict.PASS, Verdict.WARN):
        return ""
    if verdict == Verdict.FAIL or (strict and verdict in (Verdict.INCONCLUSIVE, _OPEN)):
        return "failure"
    return "error" if verdict == Verdict.ERROR else "skipped"


def _text(words: str) -> str:
    return _FORBIDDEN.sub("\ufffd", words)
