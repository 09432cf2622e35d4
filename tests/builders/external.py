"""Small, faithful files of other evaluation tools, and imports of them by the real action."""

import io
import json
import zipfile
from typing import Any

from evaluations.actions import import_result
from evaluations.models import ExternalResult
from jobs.testing import run_all
from tests.builders.models_registry import version
from tests.world import World


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def zipped(**members: Any) -> bytes:
    """An archive of JSON members; "__" in a name stands for "/" and "_json" for the ending."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".json"), as_json(value))
    return out.getvalue()


def lm_eval() -> dict[str, Any]:
    """Two tasks below a group, one of them with a filter and without an error."""
    return {
        "results": {
            "arc_challenge": {"alias": "arc_challenge", "acc,none": 0.5, "acc_stderr,none": 0.0146,
                              "acc_norm,none": 0.53, "acc_norm_stderr,none": 0.0146},
            "gsm8k": {"alias": "gsm8k", "exact_match,strict-match": 0.25,
                      "exact_match_stderr,strict-match": "N/A"},
            "wikitext": {"alias": "wikitext", "word_perplexity,none": 11.2,
                         "word_perplexity_stderr,none": "N/A"},
            "reasoning": {"alias": "reasoning", "acc,none": 0.375, "acc_stderr,none": 0.01},
        },
        "groups": {"reasoning": {"acc,none": 0.375}},
        "group_subtasks": {"reasoning": ["arc_challenge", "gsm8k"], "arc_challenge": []},
        "configs": {"arc_challenge": {"task": "arc_challenge"}},
        "versions": {"arc_challenge": 1.0, "gsm8k": 3.0},
        "n-shot": {"arc_challenge": 0, "gsm8k": 5},
        "higher_is_better": {"arc_challenge": {"acc": True, "acc_norm": True},
                             "gsm8k": {"exact_match": True},
                             "wikitext": {"word_perplexity": False}},
        "n-samples": {"arc_challenge": {"original": 1172, "effective": 200},
                      "gsm8k": {"original": 1319, "effective": 200}},
        "config": {"model": "hf", "model_args": "pretrained=acme/reply-7b,token=hf_secret",
                   "limit": 200.0, "random_seed": 0},
        "git_hash": "a1b2c3d", "date": 1767225600.0, "lm_eval_version": "0.4.9",
        "model_name": "acme/reply-7b", "start_time": 1000.5, "end_time": 2000.5,
    }  # fmt: skip


def inspect_log(**over: Any) -> dict[str, Any]:
    """Ten samples of one scorer, eight of them right."""
    samples = [
        {"id": i, "epoch": 1, "input": "…", "target": "A",
         "scores": {"choice": {"value": "C" if i < 8 else "I"}}}
        for i in range(10)
    ]  # fmt: skip
    return {
        "version": 2, "status": "success",
        "eval": {"task": "safety_qa", "task_version": 1, "model": "acme/reply-7b",
                 "created": "2026-11-02T10:00:00+00:00", "run_id": "r1",
                 "dataset": {"name": "safety", "samples": 10},
                 "revision": {"type": "git", "commit": "a1b2c3d"},
                 "packages": {"inspect_ai": "0.3.285"}, "config": {"epochs": 1}},
        "plan": {}, "stats": {"started_at": "2026-11-02T10:00:00+00:00",
                              "completed_at": "2026-11-02T10:05:00+00:00"},
        "results": {"total_samples": 10, "completed_samples": 10,
                    "scores": [{"name": "choice", "scorer": "choice", "metrics": {
                        "accuracy": {"name": "accuracy", "value": 0.8},
                        "stderr": {"name": "stderr", "value": 0.1333}}}]},
        "samples": samples, **over,
    }  # fmt: skip


def garak(*, complete: bool = True, nones: int = 0) -> bytes:
    """Two probes; the second one is passed in nine attempts of ten."""
    lines: list[dict[str, Any]] = [
        {"entry_type": "start_run setup", "_config.version": "0.13.1",
         "plugins.model_name": "acme/reply-7b", "plugins.probe_spec": "dan,encoding",
         "run.seed": 7, "transient.starttime_iso": "2026-11-02T10:00:00"},
        {"entry_type": "init", "garak_version": "0.13.1", "start_time": "2026-11-02T10:00:00",
         "run": "5b1f"},
        {"entry_type": "attempt", "uuid": "a1", "status": 2, "outputs": ["…"]},
        {"entry_type": "eval", "probe": "dan.Dan_11_0", "detector": "dan.DAN", "passed": 200,
         "fails": 0, "nones": 0, "total_evaluated": 200, "total_processed": 200},
        {"entry_type": "eval", "probe": "encoding.InjectBase64",
         "detector": "detector.encoding.DecodeMatch", "passed": 180, "fails": 20, "nones": nones,
         "total_evaluated": 200, "total_processed": 200 + nones},
    ]  # fmt: skip
    if complete:
        lines.append({"entry_type": "completion", "end_time": "2026-11-02T10:09:00", "run": "5b1f"})
        lines.append({"entry_type": "digest", "meta": {}, "eval": {}})
    return b"".join(as_json(line) + b"\n" for line in lines)


def promptfoo(*, passed: int = 45, failed: int = 5, errors: int = 0) -> dict[str, Any]:
    """One prompt and one provider; each row has one assertion."""
    rows = [
        {"success": i < passed, "score": float(i < passed), "latencyMs": 400, "vars": {},
         "failureReason": 0 if i < passed else 1 if i < passed + failed else 2,
         "provider": {"id": "acme:reply-7b", "label": ""},
         "prompt": {"raw": "…", "label": "polite"},
         "gradingResult": {"componentResults": [
             {"pass": i < passed, "score": 1, "assertion": {"type": "contains", "value": "x"}}]}}
        for i in range(passed + failed + errors)
    ]  # fmt: skip
    return {
        "evalId": "eval-x1", "shareableUrl": None,
        "results": {"version": 3, "timestamp": "2026-11-02T10:00:00Z", "results": rows,
                    "prompts": [{"raw": "…", "label": "polite", "provider": "acme:reply-7b",
                                 "metrics": {"testPassCount": passed, "testFailCount": failed,
                                             "testErrorCount": errors}}],
                    "stats": {"successes": passed, "failures": failed, "errors": errors}},
        "config": {"description": "Tone of replies", "env": {"KEY": "sk-secret"}},
        "metadata": {"promptfooVersion": "0.118.0", "exportedAt": "2026-11-02T10:01:00Z"},
    }  # fmt: skip


def helm_stats() -> list[dict[str, Any]]:
    """Two metrics of 50 instances, and one of a perturbed copy."""

    def stat(name: str, mean: float, **over: Any) -> dict[str, Any]:
        return {"name": {"name": name, "split": "test", **over}, "count": 1, "sum": mean,
                "mean": mean, "variance": 0.0}  # fmt: skip

    return [
        stat("num_instances", 50.0), stat("exact_match", 0.6), stat("f1_score", 0.71),
        stat("exact_match", 0.2, perturbation={"name": "robustness"}),
        stat("inference_runtime", 0.4),
    ]  # fmt: skip


def helm_folder() -> bytes:
    """A zipped run folder whose instances can be counted."""
    instances = [
        {"instance_id": f"id{i}", "train_trial_index": 0, "stats": [
            {"name": {"name": "exact_match", "split": "test"}, "count": 1, "mean": float(i < 30)},
            {"name": {"name": "f1_score", "split": "test"}, "count": 1,
             "mean": 0.42 + 0.58 * (i % 2)},
        ]}
        for i in range(50)
    ]  # fmt: skip
    return zipped(
        run__run_spec_json={"name": "mmlu:subject=anatomy", "adapter_spec": {
            "model": "acme/reply-7b", "max_eval_instances": 50, "temperature": 0.0}},
        run__stats_json=helm_stats(), run__per_instance_stats_json=instances,
        run__notes_json={},
    )  # fmt: skip


def mlflow_metrics() -> dict[str, Any]:
    """metrics.json of a classifier's evaluation."""
    return {
        "true_negatives": 700, "false_positives": 50, "false_negatives": 30, "true_positives": 220,
        "example_count": 1000, "accuracy_score": 0.92, "recall_score": 0.88,
        "precision_score": 0.8148148148148148, "f1_score": 0.846, "log_loss": 0.21,
        "roc_auc": 0.95,
    }  # fmt: skip


def mlflow_run() -> dict[str, Any]:
    """The same as a tracking server answers it."""
    metrics = [{"key": k, "value": v, "timestamp": 1, "step": 0}
               for k, v in mlflow_metrics().items()]  # fmt: skip
    return {"run": {"info": {"run_id": "f00", "run_name": "nightly", "status": "FINISHED",
                             "lifecycle_stage": "active", "start_time": 1, "end_time": 2},
                    "data": {"metrics": metrics, "params": [], "tags": []}}}  # fmt: skip


def plain(**over: Any) -> dict[str, Any]:
    """Our own form with a share and a mean."""
    return {
        "format": "assay.external/1", "tool": "house-eval", "tool_version": "2.1",
        "task": "tone", "model": "reply-7b", "dataset": "tone-2026", "status": "success",
        "seed": 3, "metrics": [
            {"metric": "polite", "k": 190, "n": 200, "higher_is_better": True},
            {"metric": "seconds", "value": 1.4, "stderr": 0.05, "n": 200,
             "higher_is_better": False},
        ], **over,
    }  # fmt: skip


def imported(world: World, *limits: str, content: bytes | None = None) -> ExternalResult:
    """A result of lm-eval, imported and judged."""
    result = import_result(
        by=world.engineer, version=version(world), file_name="results.json", limits=limits,
        stream=io.BytesIO(as_json(lm_eval()) if content is None else content),
    )  # fmt: skip
    run_all()
    return result


def known_result(world: World) -> ExternalResult:
    """The one import that pages are looked at with."""
    return world.once("external", lambda: imported(world, "arc_challenge / acc >= 0.4"))
