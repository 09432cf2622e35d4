"""Reports of garak: one JSON object per line, told apart by `entry_type`."""

import json
from collections.abc import Callable
from typing import IO, Any

from evaluations.external.record import Metric, Report, count, obj, text

KNOWN = frozenset({"init", "start_run setup", "attempt", "eval", "completion", "digest", "config",
                   "plugin_cache", "payload", "payloads", "setup"})  # fmt: skip
MODEL = ("plugins.model_name", "plugins.target_name")
# Where in "entry_type" an attempt, by far the longest kind of line, says that it is one.
ATTEMPT = b'"entry_type": "attempt"'


def read(lines: IO[bytes], build: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> Report:
    """The share of passed attempts per probe and detector.

    A detector that gave no verdict (`nones`) is a failed sample; a report without its last
    line was broken off.
    """
    report = Report(tool="garak", status="unfinished", task="red teaming")
    for position, line in enumerate(lines, start=1):
        if not line.strip() or ATTEMPT in line[:200]:
            continue
        try:
            entry = obj(json.loads(line, object_pairs_hook=build))
        except (ValueError, RecursionError):
            report.ignore(f"line {position} is no JSON")
            report.refuse(f"line {position} of the report cannot be read")
            continue
        _entry(report, entry, position)
    if report.status != "success":
        report.refuse("the report has no closing line, so the run was broken off")
    return report


def _entry(report: Report, entry: dict[str, Any], position: int) -> None:
    kind = text(entry.get("entry_type"), 40)
    if kind == "eval":
        _eval(report, entry, position)
    elif kind in ("init", "start_run setup"):
        report.tool_version = report.tool_version or _version(entry)
        report.started = report.started or text(
            entry.get("start_time") or entry.get("transient.starttime_iso"), 40
        )
        report.model = report.model or next((text(entry[k]) for k in MODEL if entry.get(k)), "")
        for name in ("run.seed", "run.generations", "run.eval_threshold", "plugins.probe_spec"):
            report.setting(name, entry.get(name))
    elif kind == "completion":
        report.status, report.finished = "success", text(entry.get("end_time"), 40)
    elif kind not in KNOWN:
        report.ignore(f"line {position}: entry_type “{kind}”")


def _version(entry: dict[str, Any]) -> str:
    return text(entry.get("garak_version") or entry.get("_config.version"), 60)


def _eval(report: Report, entry: dict[str, Any], position: int) -> None:
    passed, fails = count(entry.get("passed")), count(entry.get("fails"))
    total = entry.get("total_evaluated", entry.get("total"))
    n = count(total)
    n = passed + fails if n is None and passed is not None and fails is not None else n
    probe = text(entry.get("probe"))
    detector = text(entry.get("detector"), 60).removeprefix("detector.")
    if not probe:
        report.ignore(f"line {position}: an evaluation without a probe")
        return
    nones = count(entry.get("nones")) or 0
    # Some versions count the undecided into the total; the decided ones are what is judged.
    if passed is not None and fails is not None and n == passed + fails + nones:
        n = passed + fails
    report.add(
        Metric(
            task=probe,
            metric=f"passed {detector}".strip(),
            value=None if passed is None or not n else passed / n,
            better="higher",
            k=passed,
            n=n,
            failed=nones,
        )
    )
