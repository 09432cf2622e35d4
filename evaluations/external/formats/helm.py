"""Runs of HELM: `stats.json` of a run folder, or the zipped folder.

`count` in stats.json is the number of trials, not of instances; instances stand under the
statistic `num_instances`, and one by one in `per_instance_stats.json`.
"""

from collections import defaultdict
from collections.abc import Callable
from math import sqrt
from typing import Any

from evaluations.external.record import Metric, Report, count, items, number, obj, successes, text

SHARES = frozenset({"exact_match", "quasi_exact_match", "prefix_exact_match",
                    "quasi_prefix_exact_match", "math_equiv", "math_equiv_chain_of_thought",
                    "final_number_exact_match"})  # fmt: skip
# Of the run rather than of the model's answers.
ABOUT = ("num_", "finish_reason", "training_", "inference_", "max_prob", "batch_size", "logprob",
         "predicted_index", "estimated_num_tokens")  # fmt: skip
FILES = frozenset({"run_spec.json", "stats.json", "per_instance_stats.json", "scenario.json",
                   "scenario_state.json", "instances.json", "display_predictions.json",
                   "display_requests.json", "annotator_stats.json"})  # fmt: skip

Key = tuple[str, str]


def fits(data: Any) -> bool:
    """A list of statistics, of which the first has a name and a split."""
    first = obj(items(data)[0]) if items(data) else {}
    return "mean" in first and "name" in obj(first.get("name"))


def folder_of(names: list[str]) -> str | None:
    """The folder in a zip that holds a run; None when there is none."""
    found = [n for n in names if n == "stats.json" or n.endswith("/stats.json")]
    return found[0].removesuffix("stats.json") if len(found) == 1 else None


def read(data: Any) -> Report:
    """stats.json alone."""
    return _figures(Report(tool="HELM"), items(data), {})


def read_folder(folder: str, names: list[str], load: Callable[[str], Any]) -> Report:
    """A run folder; the instances are counted when they are there."""
    report = Report(tool="HELM")
    if folder + "run_spec.json" in names:
        spec = obj(load(folder + "run_spec.json"))
        adapter = obj(spec.get("adapter_spec"))
        report.task = text(spec.get("name"))
        report.model = text(adapter.get("model_deployment") or adapter.get("model"))
        report.dataset = text(obj(spec.get("scenario_spec")).get("class_name"))
        for name in ("max_eval_instances", "max_train_instances", "num_trials", "temperature"):
            report.setting(name, adapter.get(name))
    one_by_one = folder + "per_instance_stats.json"
    values = _instances(load(one_by_one)) if one_by_one in names else {}
    for name in names:
        if name.startswith(folder) and not name.endswith("/") and name[len(folder) :] not in FILES:
            report.ignore(name)
    return _figures(report, items(load(folder + "stats.json")), values)


def _key(name: dict[str, Any]) -> Key | None:
    """Split and metric; None for a perturbed copy, which measures something else."""
    if name.get("perturbation"):
        return None
    split = " ".join(text(name.get(part), 40) for part in ("split", "sub_split") if name.get(part))
    return split, text(name.get("name"), 60)


def _instances(data: Any) -> dict[Key, list[float]]:
    found: dict[Key, list[float]] = defaultdict(list)
    for instance in map(obj, items(data)):
        if instance.get("perturbation"):
            continue
        for stat in map(obj, items(instance.get("stats"))):
            key, mean = _key(obj(stat.get("name"))), number(stat.get("mean"))
            if key is not None and mean is not None:
                found[key].append(mean)
    return found


def _figures(report: Report, stats: list[Any], values: dict[Key, list[float]]) -> Report:
    known = [(key, one) for one in map(obj, stats) if (key := _key(obj(one.get("name"))))]
    sizes = {key[0]: count(one.get("mean")) for key, one in known if key[1] == "num_instances"}
    perturbed = len(stats) - len(known)
    if perturbed:
        report.ignore(f"{perturbed} statistics of perturbed copies or without a name")
    for (split, name), one in known:
        mean = number(one.get("mean"))
        if name.startswith(ABOUT) or mean is None:
            continue
        seen, n = values.get((split, name), []), sizes.get(split)
        extra = _counted(seen, n) if seen else {"n": n, "k": _hits(name, mean, n)}
        task = " ".join(part for part in (report.task, split) if part)
        report.add(Metric(task, name, mean, "higher" if name in SHARES else "", **extra))
    return report


def _hits(name: str, mean: float, n: int | None) -> int | None:
    return successes(mean, n) if name in SHARES else None


def _counted(seen: list[float], told: int | None) -> dict[str, Any]:
    """Counts of zeros and ones, else the error of the mean; instances without a value failed."""
    n = len(seen)
    failed = max(0, (told or n) - n)
    if set(seen) <= {0.0, 1.0}:
        return {"n": n, "k": round(sum(seen)), "failed": failed}
    middle = sum(seen) / n
    spread = sum((v - middle) ** 2 for v in seen) / (n - 1) if n > 1 else 0.0
    return {"n": n, "stderr": sqrt(spread / n), "failed": failed}
