"""Check runs of the printed versions: figures, drawings, files, and what they speak to."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evaluations.models import CheckRun, MetricResult
from evaluations.states import OPEN
from models_registry.models import DatasetVersion, ModelVersion
from reports.shape import EvidenceLink, EvidencePart, FigureRow, RunPart
from reports.snapshot.run_charts import charts_of
from reports.snapshot.texts import moment, words

MAX_RUNS = 200
MAX_ROWS = 40
# Each figure carries its own reason; these are the ones that the check itself puts first.
MAX_REASONS = 5
WORST_FIRST = ("error", "fail", "warn", "inconclusive", "pass", "not_applicable", "")


@dataclass(frozen=True)
class Runs:
    """What the document says of runs, and what the other parts need from them.

    `anchors` maps ids of runs printed in full to their place; `evidence` maps a subcategory to
    the runs that speak to it; `files` are the tables that were checked.
    """

    runs: list[RunPart]
    left_out: int
    anchors: dict[int, str]
    evidence: dict[str, list[EvidenceLink]]
    files: list[EvidencePart]


def run_parts(versions: list[ModelVersion], by: Any) -> Runs:
    """All runs on `versions` that `by` may see: the latest ones, worst first, then the earlier
    ones, newest first; three queries at any size."""
    visible = CheckRun.objects.all().visible_to(by).filter(model_version__in=versions)
    found = list(
        visible.select_related("model_version__model", "current__file", "reference__file")
        .defer("current__profile", "reference__profile", "engine", "roles")
        .order_by("-created_at", "-pk")[:MAX_RUNS]
    )
    latest = _latest(found)
    earlier = [run for run in found if run not in latest]
    results = _results(latest)
    total = visible.count() if len(found) == MAX_RUNS else len(found)
    return Runs(
        runs=[_run(run, results.get(run.pk)) for run in [*latest, *earlier]],
        left_out=total - len(found),
        anchors={run.pk: _anchor(run) for run in latest},
        evidence=_evidence(latest),
        files=_files(latest),
    )


def _latest(runs: list[CheckRun]) -> list[CheckRun]:
    """The newest finished run of each check on each model; an open one where none finished."""
    newest: dict[tuple[int, str], CheckRun] = {}
    for run in sorted(runs, key=lambda r: r.state in OPEN):
        newest.setdefault((run.model_version.model_id, run.check_name), run)
    return sorted(newest.values(), key=lambda r: WORST_FIRST.index(r.verdict))


def _results(runs: Iterable[CheckRun]) -> dict[int, list[MetricResult]]:
    grouped: dict[int, list[MetricResult]] = {run.pk: [] for run in runs}
    for result in MetricResult.objects.filter(run__in=list(grouped)).order_by("run", "position"):
        grouped[result.run_id].append(result)
    return grouped


def _anchor(run: CheckRun) -> str:
    return f"run-{run.pk}"


def _run(run: CheckRun, results: list[MetricResult] | None) -> RunPart:
    """`results` is None for a run that is only listed."""
    ordered = sorted(results or [], key=lambda r: (WORST_FIRST.index(r.verdict), r.position))
    return {
        "key": run.key,
        "anchor": _anchor(run),
        "number": run.reference_number,
        "check": run.title,
        "version": words(run.model_version),
        "dataset": words(run.current),
        "dataset_digest": run.current.fingerprint if run.current else None,
        "reference": words(run.reference),
        "reference_digest": run.reference.fingerprint if run.reference else None,
        "verdict": run.verdict or "unknown",
        "headline": run.headline or _("There is no result yet."),
        "reasons": [words(reason) for reason in run.reasons if reason != run.headline][
            :MAX_REASONS
        ],
        "started_at": moment(run.started_at),
        "finished_at": moment(run.finished_at),
        "latest": results is not None,
        "results_digest": run.results_digest or None,
        "code_hash": run.code_hash or None,
        "rows": [_row(result) for result in ordered[:MAX_ROWS]],
        "rows_left_out": max(0, len(ordered) - MAX_ROWS),
        "charts": charts_of(run.title, results or []),
    }


def _row(result: MetricResult) -> FigureRow:
    return {
        "label": result.metric,
        "slice": result.slice,
        "estimate": _finite(result.estimate),
        "low": _finite(result.low),
        "high": _finite(result.high),
        "n": result.n,
        "limit": _limit(result),
        "verdict": result.verdict,
        "method": result.method,
        "reason": result.reason,
        "p_adjusted": _finite(result.p_adjusted),
    }


def _finite(value: float | None) -> float | None:
    """JSON has no NaN and no infinity."""
    return value if value is not None and math.isfinite(value) else None


def _limit(result: MetricResult) -> str:
    """``> 0.02 · 0.05``: past the first it warns, past the second it fails."""
    if result.warn is None or result.fail is None:
        return ""
    sign = "<" if result.worse == "below" else ">"
    return f"{sign} {result.warn:g} · {result.fail:g}"


def _evidence(runs: list[CheckRun]) -> dict[str, list[EvidenceLink]]:
    found: dict[str, list[EvidenceLink]] = defaultdict(list)
    for run in runs:
        for key, _why in run.spec.rmf if run.spec else ():
            found[key].append(
                {
                    "label": f"{run.reference_number} · {run.title}",
                    "verdict": run.verdict or "unknown",
                    "anchor": _anchor(run),
                }
            )
    return found


def _files(runs: list[CheckRun]) -> list[EvidencePart]:
    files: dict[str, EvidencePart] = {}
    for run in runs:
        for kind, table in (
            (_("table checked"), run.current),
            (_("reference table"), run.reference),
        ):
            if table is not None and table.fingerprint not in files:
                files[table.fingerprint] = _file(kind, table, run)
    return list(files.values())


def _file(kind: str, table: DatasetVersion, run: CheckRun) -> EvidencePart:
    return {
        "kind": kind,
        "title": table.file_name,
        "source": run.reference_number,
        "digest": table.fingerprint,
        "size": table.file.size,
        "recorded_at": moment(table.created_at),
    }
