"""Logs of Inspect (`EvalLog`, version 2): one JSON file, or a .eval archive.

Figures stand under `results.scores[].metrics`; the samples, when they are there, give counts.
"""

from collections.abc import Callable
from math import sqrt
from typing import Any

from evaluations.external.record import (
    ExternalProblem,
    Metric,
    Report,
    count,
    items,
    number,
    obj,
    text,
)

RIGHT, WRONG = ("C", True), ("I", "N", False)
ERRORS = frozenset({"stderr", "bootstrap_stderr", "std", "var"})
KNOWN = ("version", "status", "eval", "plan", "results", "stats", "error", "invalidated",
         "samples", "reductions", "location", "etag", "eval_updates", "tags", "metadata",
         "log_updates", "config_updates")  # fmt: skip
MOST_SAMPLES = 100_000


def fits(data: Any) -> bool:
    whole = obj(data)
    return "status" in whole and isinstance(whole.get("eval"), dict) and "task" in whole["eval"]


def read_archive(names: list[str], load: Callable[[str], Any]) -> Report:
    """A .eval archive: its header, and its samples one by one or from their summaries."""
    if "header.json" not in names:
        raise ExternalProblem("inspect_unfinished")
    header = obj(load("header.json"))
    if not fits(header):
        raise ExternalProblem("unknown_zip")
    samples = sorted(n for n in names if n.startswith("samples/") and n.endswith(".json"))
    if "summaries.json" in names:
        header["samples"] = items(load("summaries.json"))
    elif len(samples) <= MOST_SAMPLES:
        header["samples"] = [_small(load(name)) for name in samples]
    return read(header)


def _small(sample: Any) -> dict[str, Any]:
    """What counts of a sample; its messages are let go."""
    return {key: obj(sample).get(key) for key in ("id", "epoch", "scores", "error")}


def read(data: Any) -> Report:
    """Status first: a log that did not end well or was invalidated is judged by nobody."""
    about, results = obj(data.get("eval")), obj(data.get("results"))
    report = Report(
        tool="Inspect",
        tool_version=text(obj(about.get("packages")).get("inspect_ai"), 60),
        task=text(about.get("task")),
        model=text(about.get("model")),
        dataset=text(obj(about.get("dataset")).get("name")),
        status=text(data.get("status"), 40) or "unknown",
        started=text(obj(data.get("stats")).get("started_at") or about.get("created"), 40),
        finished=text(obj(data.get("stats")).get("completed_at"), 40),
    )
    config, generated = obj(about.get("config")), obj(about.get("model_generate_config"))
    for name, value in (
        ("task_version", about.get("task_version")), ("run_id", about.get("run_id")),
        ("code", obj(about.get("revision")).get("commit")), ("limit", config.get("limit")),
        ("epochs", config.get("epochs")), ("seed", generated.get("seed")),
        ("samples of the data set", obj(about.get("dataset")).get("samples")),
    ):  # fmt: skip
        report.setting(name, value)
    if report.status != "success":
        report.refuse(f"the log ended as “{report.status}”")
    if data.get("invalidated"):
        report.refuse("the log was invalidated")
    if data.get("error"):
        report.refuse(
            f"the log ended with an error: {text(obj(data['error']).get('message'), 120)}"
        )
    samples = [obj(one) for one in items(data.get("samples"))]
    for score in items(results.get("scores")):
        _score(report, obj(score), results, samples)
    report.ignore_rest("", data, KNOWN)
    return report


def _score(
    report: Report, score: dict[str, Any], results: dict[str, Any], samples: list[dict[str, Any]]
) -> None:
    """All metrics of one scorer; accuracy is counted again from the samples."""
    name = text(score.get("name") or score.get("scorer"), 60) or "score"
    metrics = obj(score.get("metrics"))
    values = {key: number(obj(one).get("value")) for key, one in metrics.items()}
    failed, n = _counts(score, results, samples)
    told = _by_sample(samples, name)
    for key, value in values.items():
        if key in ERRORS:
            continue
        if value is None:
            report.ignore(f"results.scores.{name}.{key} holds no number")
            continue
        stderr = next((values[e] for e in ("stderr", "bootstrap_stderr") if values.get(e)), None)
        whole: dict[str, Any] = {"n": n, "stderr": stderr if key in ("accuracy", "mean") else None}
        if key in ("accuracy", "mean") and told:
            whole.update(_counted(told))
        metric = f"{name}/{key}" if key != name else name
        report.add(Metric(report.task, metric, value, "higher" if key == "accuracy" else "",
                          failed=failed, **whole))  # fmt: skip


def _counts(
    score: dict[str, Any], results: dict[str, Any], samples: list[dict[str, Any]]
) -> tuple[int, int | None]:
    """Failed samples and scored ones; Inspect counts every epoch of a sample."""
    total, done = count(results.get("total_samples")), count(results.get("completed_samples"))
    scored, unscored = count(score.get("scored_samples")), count(score.get("unscored_samples"))
    broken = sum(1 for one in samples if one.get("error"))
    missing = (total or 0) - (done if done is not None else total or 0)
    n = scored if scored is not None else done
    return max(missing, broken, unscored or 0), n


def _by_sample(samples: list[dict[str, Any]], scorer: str) -> dict[str, list[float]]:
    """The values of a scorer by sample, over its epochs; empty when one of them is unclear."""
    found: dict[str, list[float]] = {}
    for one in samples:
        value = obj(obj(one.get("scores")).get(scorer)).get("value")
        figure = 1.0 if value in RIGHT else 0.0 if value in WRONG else number(value)
        if one.get("error"):
            continue
        if value == "P":
            figure = 0.5
        if figure is None:
            return {}
        found.setdefault(text(one.get("id")), []).append(figure)
    return found


def _counted(told: dict[str, list[float]]) -> dict[str, Any]:
    """Counts for one epoch of rights and wrongs; else the error of the mean over samples.

    Epochs of one sample resemble each other, so the sample is what counts (Miller 2024).
    """
    means = [sum(values) / len(values) for values in told.values()]
    n = len(means)
    if all(len(values) == 1 and values[0] in (0.0, 1.0) for values in told.values()):
        return {"n": n, "k": round(sum(means))}
    middle = sum(means) / n
    spread = sum((m - middle) ** 2 for m in means) / (n - 1) if n > 1 else 0.0
    return {"n": n, "stderr": sqrt(spread / n)}
