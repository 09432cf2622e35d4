"""Metrics of MLflow: metrics.json of `evaluate`, or a run as its server answers it."""

from typing import Any

from evaluations.external.record import Metric, Report, count, items, number, obj, text

# Name, its hits and its rows as sums of cells of the confusion table.
COUNTED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accuracy_score": (
        ("true_positives", "true_negatives"),
        ("true_positives", "true_negatives", "false_positives", "false_negatives"),
    ),
    "recall_score": (("true_positives",), ("true_positives", "false_negatives")),
    "precision_score": (("true_positives",), ("true_positives", "false_positives")),
}
LOWER = ("log_loss", "_error", "toxicity/v1/mean", "toxicity/v1/ratio")
CELLS = ("example_count", "true_positives", "true_negatives", "false_positives", "false_negatives")
MARKS = frozenset({"example_count", *COUNTED, "r2_score", "mean_squared_error", "roc_auc"})


def fits(data: Any) -> bool:
    whole = obj(data)
    if isinstance(obj(whole.get("run")).get("data"), dict):
        return True
    numbers = all(isinstance(v, int | float) or v is None for v in whole.values())
    return bool(whole) and numbers and any(_base(key) in MARKS or "/v1" in key for key in whole)


def _base(key: str) -> str:
    return next((mark for mark in MARKS if key == mark or key.endswith("_" + mark)), key)


def read(data: Any) -> Report:
    """Each figure; shares of classified rows are counted from the confusion cells."""
    report, run = Report(tool="MLflow"), obj(obj(data).get("run"))
    metrics: dict[str, Any] = data
    if run:
        metrics = _of_run(report, run)
    rows = next((metrics[k] for k in metrics if k.endswith("example_count")), None)
    for key, value in metrics.items():
        prefix = key.removesuffix(_base(key))
        if key.removeprefix(prefix) in CELLS or key.endswith(("/variance", "/p90")):
            continue
        figure = number(value)
        if figure is None:
            report.ignore(f"{key} holds no number")
            continue
        counted = _cells(metrics, prefix, key.removeprefix(prefix))
        extra: dict[str, Any] = (
            {"k": counted[0], "n": counted[1]} if counted else {"n": count(rows)}
        )
        extra["stderr"] = _error(metrics, key, count(rows))
        report.add(
            Metric(report.task, key, figure, "lower" if key.endswith(LOWER) else "", **extra)
        )
    return report


def _of_run(report: Report, run: dict[str, Any]) -> dict[str, Any]:
    info, data = obj(run.get("info")), obj(run.get("data"))
    tags = {text(obj(t).get("key")): obj(t).get("value") for t in items(data.get("tags"))}
    report.task = text(info.get("run_name"))
    report.status = text(info.get("status"), 40).lower() or "unknown"
    report.started, report.finished = (text(info.get(k), 40) for k in ("start_time", "end_time"))
    report.setting("run", info.get("run_id"))
    report.setting("code", tags.get("mlflow.source.git.commit"))
    if report.status != "finished":
        report.refuse(f"the run ended as “{report.status}”")
    if info.get("lifecycle_stage", "active") != "active":
        report.refuse("the run was deleted")
    return {str(obj(m).get("key")): obj(m).get("value") for m in items(data.get("metrics"))}


def _cells(metrics: dict[str, Any], prefix: str, name: str) -> tuple[int, int] | None:
    """Hits and rows of a share; None when a cell is missing."""
    if name not in COUNTED:
        return None
    found = [[count(metrics.get(prefix + cell)) for cell in cells] for cells in COUNTED[name]]
    if any(None in cells for cells in found):
        return None
    hits, rows = (sum(cell or 0 for cell in cells) for cells in found)
    return hits, rows


def _error(metrics: dict[str, Any], key: str, n: int | None) -> float | None:
    """The error of a mean whose variance stands beside it."""
    if not key.endswith("/mean") or not n:
        return None
    variance = number(metrics.get(key.removesuffix("/mean") + "/variance"))
    return None if variance is None or variance < 0 else float((variance / n) ** 0.5)
