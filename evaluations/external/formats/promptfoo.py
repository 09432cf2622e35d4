"""Results of Promptfoo: the JSON export, version 3.

Every row is one test with one prompt and one provider; a row that broke is a failed sample.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from evaluations.external.record import Metric, Report, count, items, obj, text

KNOWN = ("evalId", "results", "config", "shareableUrl", "metadata", "relatedEvalIds", "traces")
INSIDE = ("version", "timestamp", "prompts", "results", "stats", "table")
ERROR = 2


@dataclass
class Tally:
    """Passed, judged and broken rows, and the same for each kind of assertion."""

    passed: int = 0
    judged: int = 0
    broken: int = 0
    kinds: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))


def fits(data: Any) -> bool:
    inside = obj(obj(data).get("results"))
    return "stats" in inside and isinstance(inside.get("results", inside.get("prompts")), list)


def read(data: Any) -> Report:
    """The share of passed tests per provider and prompt, counted from the rows."""
    inside, about = obj(data["results"]), obj(data.get("metadata"))
    report = Report(
        tool="Promptfoo",
        tool_version=text(about.get("promptfooVersion"), 60),
        task=text(obj(data.get("config")).get("description") or data.get("evalId")),
        started=text(about.get("evaluationCreatedAt") or inside.get("timestamp"), 40),
        finished=text(about.get("exportedAt"), 40),
    )
    report.setting("evaluation", data.get("evalId"))
    rows = [obj(one) for one in items(inside.get("results"))]
    if rows:
        _from_rows(report, rows)
        _hold_against(report, rows, obj(inside.get("stats")))
    else:
        _from_prompts(report, items(inside.get("prompts")))
        report.notes.append("The export holds no rows; the counts are the tool's own.")
    report.model = text(", ".join(sorted({m.task.partition(" · ")[0] for m in report.metrics})))
    report.ignore_rest("", data, KNOWN)
    report.ignore_rest("results", inside, INSIDE)
    return report


def _name(one: dict[str, Any]) -> str:
    provider = one.get("provider")
    if isinstance(provider, dict):
        provider = provider.get("label") or provider.get("id")
    prompt = one.get("prompt")
    words = obj(prompt).get("label") or one.get("label") or one.get("promptIdx")
    return " · ".join(part for part in (text(provider, 80), text(words, 80)) if part)


def _from_rows(report: Report, rows: list[dict[str, Any]]) -> None:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        tally = tallies[_name(row)]
        if not isinstance(row.get("success"), bool) or row.get("failureReason") == ERROR:
            tally.broken += 1
            continue
        tally.judged += 1
        tally.passed += row["success"]
        for part in items(obj(row.get("gradingResult")).get("componentResults")):
            kind = text(obj(obj(part).get("assertion")).get("type"), 40)
            if kind and isinstance(obj(part).get("pass"), bool):
                tally.kinds[kind][0] += part["pass"]
                tally.kinds[kind][1] += 1
    for name, tally in sorted(tallies.items()):
        report.add(_share(name, "passed", tally.passed, tally.judged, tally.broken))
        for kind, (passed, judged) in sorted(tally.kinds.items()):
            report.add(_share(name, f"passed {kind}", passed, judged, tally.broken))


def _share(name: str, metric: str, k: int, n: int, failed: int) -> Metric:
    return Metric(name, metric, k / n if n else None, "higher", k, n, failed)


def _hold_against(report: Report, rows: list[dict[str, Any]], stats: dict[str, Any]) -> None:
    """The tool's own totals must be those of the rows, or rows were cut or changed."""
    told = [count(stats.get(name)) for name in ("successes", "failures", "errors")]
    total = sum(n or 0 for n in told)
    if told[0] is not None and told[1] is not None and total != len(rows):
        report.refuse(f"the file counts {total} tests and holds {len(rows)}")


def _from_prompts(report: Report, prompts: list[Any]) -> None:
    for one in map(obj, prompts):
        figures = obj(one.get("metrics"))
        names = ("testPassCount", "testFailCount", "testErrorCount")
        passed, failed, errors = (count(figures.get(name)) for name in names)
        if passed is None or failed is None:
            report.ignore(f"results.prompts: {_name(one) or 'a prompt'} without counts")
            continue
        report.add(_share(_name(one), "passed", passed, passed + failed, errors or 0))
