"""Every read of evaluations that is more than one row."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import units_where
from evaluations import states
from evaluations.checks.catalogue import CATALOGUE
from evaluations.freshness import with_freshness
from evaluations.models import CheckRun, ExternalResult, MetricResult, Verdict
from models_registry.models import AISystem, DatasetVersion, ModelVersion


def runs_for_list(user: User) -> QuerySet[CheckRun]:
    """Visible runs with what the list shows and their ``freshness``, newest first."""
    found: QuerySet[CheckRun] = with_freshness(CheckRun.objects.visible_to(user))
    return found.select_related("model_version__model", "current").defer(
        "current__profile", "roles", "params", "reasons", "engine"
    )


def run_for_page(user: User) -> QuerySet[CheckRun]:
    """Visible runs with all that the page of one shows, and their ``freshness``."""
    found: QuerySet[CheckRun] = with_freshness(CheckRun.objects.visible_to(user))
    return found.select_related(
        "model_version__model__unit",
        "current__file",
        "reference__file",
        "aggregates",
        "external__file",
        "job__requested_by",
        "window__monitor",
    ).defer("current__profile", "reference__profile")


def results_of(run: CheckRun) -> list[MetricResult]:
    """The run's figures in the order of the check."""
    return list(run.results.order_by("position"))


@dataclass(frozen=True)
class Missing:
    """Figures that could not be judged: how many, and the rows that would decide them all.

    ``rows`` is None when more rows alone decide nothing that is known of.
    """

    figures: int
    n: int
    rows: int | None


def missing_rows(run: CheckRun, results: Iterable[MetricResult]) -> Missing | None:
    """What an inconclusive run lacks; None for a run with another verdict."""
    if run.verdict != Verdict.INCONCLUSIVE:
        return None
    unclear = [one for one in results if one.verdict == Verdict.INCONCLUSIVE]
    least = run.spec.min_n if run.spec else 0
    # A figure of a slice says how many rows of the slice; the table needs as many times more.
    factors = [one.n_needed / one.n for one in unclear if one.n_needed]
    rows = run.n_rows or 0
    if 0 < rows < least:
        factors.append(least / rows)
    whole = math.ceil(rows * max(factors)) if factors and rows else None
    return Missing(len(unclear), rows, whole)


def siblings_of(user: User, run: CheckRun) -> list[CheckRun]:
    """The other visible runs that were started together with this one."""
    return list(runs_for_list(user).filter(family=run.family).exclude(pk=run.pk).order_by("pk"))


def latest_runs(version: ModelVersion) -> list[CheckRun]:
    """The newest finished run of each check on a version, in the catalogue's order.

    Of imported results the newest of each tool and task.
    """
    finished = CheckRun.objects.filter(
        model_version=version, state__in=(states.DONE, states.ERROR), superseded=False
    ).select_related("current", "reference", "model_version__model", "external")
    newest: dict[tuple[str, str, str], CheckRun] = {}
    for run in finished.order_by("-finished_at", "-pk").defer("current__profile"):
        about = (run.external.tool, run.external.task) if run.external else ("", "")
        newest.setdefault((run.check_name, *about), run)
    order = {name: place for place, name in enumerate(CATALOGUE)}
    return [newest[key] for key in sorted(newest, key=lambda k: (order.get(k[0], len(order)), k))]


def checks_for_subcategory(key: str) -> list[str]:
    """Ids of the checks that speak to a subcategory such as "MEASURE 2.4"."""
    return [spec.id for spec in CATALOGUE.values() if key in dict(spec.rmf)]


def rationale(check_name: str, key: str) -> str:
    """Why a check speaks to a subcategory, in the reader's language; empty when it does not."""
    spec = CATALOGUE.get(check_name)
    words = dict(spec.rmf).get(key, "") if spec else ""
    return str(_(words)) if words else ""


def runs_for_subcategory(
    target: AISystem | ModelVersion, key: str, *, user: User | None = None
) -> QuerySet[Any]:
    """Finished runs of checks that speak to a subcategory with their freshness, newest first.

    `target` is a model version or a system (then: of all versions of its models). With `user`,
    only runs that this person may see. A run supports the subcategory; whether it satisfies it
    is a judgement, and an error or an inconclusive run is no support at all.
    """
    runs: QuerySet[CheckRun] = (
        CheckRun.objects.visible_to(user) if user is not None else CheckRun.objects.all()
    )
    if isinstance(target, AISystem):
        runs = runs.filter(model_version__model__uses__system=target)
    else:
        runs = runs.filter(model_version=target)
    return (
        with_freshness(runs)
        .filter(check_name__in=checks_for_subcategory(key), state=states.DONE, superseded=False)
        .select_related("model_version__model", "current")
        .defer("current__profile")
        .order_by("-finished_at", "-pk")
    )


def versions_to_check(user: User) -> QuerySet[ModelVersion]:
    """Versions on which this person may run checks."""
    units = units_where(user, Permission.CHECK_RUN)
    found: QuerySet[ModelVersion] = ModelVersion.objects.visible_to(user)
    return found.filter(model__unit__in=units).select_related("model")


def tables_to_check(user: User) -> QuerySet[DatasetVersion]:
    """Tables that this person may see, without their profiles."""
    found: QuerySet[DatasetVersion] = DatasetVersion.objects.visible_to(user)
    return found.select_related("unit").defer("profile")


@dataclass(frozen=True)
class Tally:
    """How many runs ended with a verdict."""

    verdict: str
    label: str
    count: int


def tally(runs: Iterable[CheckRun]) -> list[Tally]:
    """Verdicts of some runs, worst first, only those that occur."""
    order = (
        Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.PASS,
        Verdict.NOT_APPLICABLE,
    )  # fmt: skip
    counts: dict[Any, int] = {}
    for run in runs:
        counts[run.verdict] = counts.get(run.verdict, 0) + 1
    return [Tally(v.value, str(v.label), counts[v.value]) for v in order if v.value in counts]


def external_for_list(user: User) -> QuerySet[ExternalResult]:
    """Visible imported results with the verdict of their newest run as ``verdict``."""
    newest = CheckRun.objects.filter(external=OuterRef("pk")).order_by("-pk")
    found: QuerySet[ExternalResult] = ExternalResult.objects.visible_to(user)
    return found.select_related("model_version__model").annotate(
        verdict=Subquery(newest.values("verdict")[:1])
    )


def external_for_page(user: User) -> QuerySet[ExternalResult]:
    """Visible imported results with all that the page of one shows."""
    found: QuerySet[ExternalResult] = ExternalResult.objects.visible_to(user)
    return found.select_related("model_version__model__unit", "file", "imported_by")


def runs_of_external(result: ExternalResult) -> list[CheckRun]:
    """The judgements of an imported result, newest first; the first is the one that counts."""
    found = CheckRun.objects.filter(external=result).select_related("job")
    return list(found.order_by("-pk")[:50])
