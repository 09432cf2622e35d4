"""Results of lm-evaluation-harness: the JSON file that it writes per run.

Figures stand under `results.<task>` as "metric,filter"; the number of rows under `n-samples`.
"""

from typing import Any

from evaluations.external.formats.plain import direction
from evaluations.external.record import Metric, Report, count, number, obj, successes, text

# Means of zeros and ones, so that hits can be counted back.
SHARES = frozenset({"acc", "acc_norm", "exact_match", "em", "pass@1", "pass_at_1", "mc1"})
NO_FIGURES = frozenset({"alias", "name", "sample_len", "sample_count", " ", ""})
KNOWN = (
    "results", "groups", "group_subtasks", "configs", "versions", "n-shot", "n-samples",
    "higher_is_better", "config", "git_hash", "date", "lm_eval_version", "model_name",
    "model_source", "model_name_sanitized", "start_time", "end_time",
    "total_evaluation_time_seconds", "task_hashes", "chat_template", "chat_template_sha",
    "system_instruction", "system_instruction_sha", "fewshot_as_multiturn", "max_length",
    "pretty_env_info", "transformers_version", "upper_git_hash", "tokenizer_pad_token",
    "tokenizer_eos_token", "tokenizer_bos_token", "eot_token_id", "samples",
)  # fmt: skip


def fits(data: Any) -> bool:
    whole = obj(data)
    marks = {"n-shot", "n-samples", "versions", "git_hash", "configs", "higher_is_better"}
    tables = obj(whole.get("results"))
    return bool(tables) and len(marks & set(whole)) >= 2 and all(map(_is_table, tables.values()))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def read(data: Any) -> Report:
    """All figures of all tasks and groups."""
    config = obj(data.get("config"))
    report = Report(
        tool="lm-eval",
        tool_version=text(data.get("lm_eval_version") or config.get("lm_eval_version"), 60),
        task=text(", ".join(sorted(text(name, 60) for name in data["results"]))),
        model=text(data.get("model_name") or config.get("model")),
        started=text(data.get("start_time"), 40),
        finished=text(data.get("end_time"), 40),
    )
    for name in ("random_seed", "numpy_seed", "torch_seed", "fewshot_seed", "limit", "model_dtype",
                 "model_revision", "model_sha", "batch_size", "bootstrap_iters"):  # fmt: skip
        report.setting(name, config.get(name))
    report.setting("code", data.get("git_hash"))
    if config.get("limit") is not None:
        report.notes.append(f"Only a part of each task was run: limit {text(config['limit'], 40)}.")
    for task, figures in data["results"].items():
        _task(report, data, str(task), figures)
    report.ignore_rest("", data, KNOWN)
    return report


def _task(report: Report, data: dict[str, Any], task: str, figures: dict[str, Any]) -> None:
    higher = obj(obj(data.get("higher_is_better")).get(task))
    n = _rows(data, task, figures)
    version = obj(data.get("versions")).get(task)
    report.setting(f"version of {text(task, 80)}", version)
    for key, value in figures.items():
        name, _comma, chosen = str(key).partition(",")
        if name.endswith("_stderr") or name in NO_FIGURES:
            continue
        figure = number(value)
        if figure is None:
            report.ignore(f"results.{task}.{key}: “{text(value, 40)}” is no number")
            continue
        stderr = number(figures.get(f"{name}_stderr,{chosen}" if chosen else f"{name}_stderr"))
        report.add(
            Metric(
                task=task,
                metric=name if chosen in ("", "none") else f"{name} ({chosen})",
                value=figure,
                better=direction(higher.get(name)),
                k=successes(figure, n) if name in SHARES else None,
                n=n,
                stderr=stderr,
            )
        )


def _rows(data: dict[str, Any], task: str, figures: dict[str, Any]) -> int | None:
    """The rows that were run: of the task, or of all tasks of a group together."""
    counts = obj(data.get("n-samples"))
    own = obj(counts.get(task))
    known = count(own.get("effective")) if own else count(counts.get(task))
    known = known if known is not None else count(figures.get("sample_len"))
    if known is not None:
        return known
    parts = _leaves(obj(data.get("group_subtasks")), task, set())
    found = [count(obj(counts.get(part)).get("effective")) for part in parts - {task}]
    return sum(n or 0 for n in found) if found and None not in found else None


def _leaves(groups: dict[str, Any], task: str, seen: set[str]) -> set[str]:
    """The tasks below a group; a group that names itself ends there."""
    below = groups.get(task)
    if task in seen or not isinstance(below, list) or not below:
        return {task}
    seen.add(task)
    return {leaf for one in below[:1000] for leaf in _leaves(groups, str(one), seen)}
