"""Our own plain form, for tools that nobody wrote a reader for (docs/external-results.md)."""

from typing import Any

from evaluations.external.record import Better, Metric, Report, count, items, number, obj, text

FORMAT = "assay.external/1"
SETTINGS = ("task_version", "dataset_digest", "model_revision", "seed", "sampling", "environment")
KNOWN = ("format", "tool", "tool_version", "task", "model", "dataset", "status", "invalidated",
         "started", "finished", "metrics", *SETTINGS)  # fmt: skip
METRIC = ("task", "metric", "value", "higher_is_better", "k", "n", "failed", "stderr")


def fits(data: Any) -> bool:
    return bool(obj(data).get("format") == FORMAT)


def read(data: Any) -> Report:
    """The plain form, key by key."""
    report = Report(
        tool=text(data.get("tool"), 60) or "unnamed tool",
        tool_version=text(data.get("tool_version"), 60),
        task=text(data.get("task")),
        model=text(data.get("model")),
        dataset=text(data.get("dataset")),
        status=text(data.get("status", "success"), 40),
        started=text(data.get("started"), 40),
        finished=text(data.get("finished"), 40),
    )
    for name in SETTINGS:
        report.setting(name, data.get(name))
    if report.status != "success":
        report.refuse(f"the run ended as “{report.status}”")
    if data.get("invalidated"):
        report.refuse("the log was invalidated")
    for position, one in enumerate(items(data.get("metrics"))):
        _metric(report, position, one)
    report.ignore_rest("", data, KNOWN)
    return report


def _metric(report: Report, position: int, one: Any) -> None:
    name = text(obj(one).get("metric"), 60)
    if not name:
        report.ignore(f"metrics[{position}] has no name")
        return
    problem = ""
    for key in ("k", "n", "failed"):
        if one.get(key) is not None and count(one[key]) is None:
            problem = f"“{text(one[key], 40)}” is no count for {key}"
    report.ignore_rest(f"metrics[{position}]", one, METRIC)
    report.add(
        Metric(
            task=text(one.get("task", report.task)),
            metric=name,
            value=number(one.get("value")),
            better=direction(one.get("higher_is_better")),
            k=count(one.get("k")),
            n=count(one.get("n")),
            failed=count(one.get("failed")) or 0,
            stderr=number(one.get("stderr")),
            problem=problem,
        )
    )


def direction(higher: Any) -> Better:
    """Which values are better, when the file says so."""
    return "higher" if higher is True else "lower" if higher is False else ""
