"""Champion and challenger: two runs of the same check, or two versions, side by side."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from evaluations import states
from evaluations.models import CheckRun, MetricResult
from evaluations.queries import latest_runs, runs_for_list
from ledger.errors import Refused
from models_registry.models import ModelVersion

BETTER, WORSE, SAME, UNKNOWN = "better", "worse", "no_difference", "unknown"
_ORDER = (WORSE, BETTER, SAME, UNKNOWN)
PAIRED = "perf.baseline"
SHOWN_ROWS = 60
SHOWN_OTHERS = 6
MAX_FIGURES = 2000
# Figures of which more is better, for runs that set no limit for them.
MORE_IS_BETTER = frozenset({"accuracy", "precision", "recall", "F1", "MCC", "AUC"})
Interval = tuple[float, float]


def spread_of_difference(first: Any, second: Any) -> Interval | None:
    """95 % interval of second - first from the intervals of both; None when one has none.

    MOVER (Zou & Donner 2008); for two Wilson intervals it is Newcombe's (1998, method 10). It
    takes the two as independent, so on the same rows it is wider than need be, never narrower
    as long as both models tend to be right on the same rows.
    """
    ends = (first.low, first.estimate, first.high, second.low, second.estimate, second.high)
    if any(end is None for end in ends):
        return None
    low_1, mid_1, high_1, low_2, mid_2, high_2 = ends
    if low_1 == high_1 and low_2 == high_2:
        return None
    gain = mid_2 - mid_1
    down = sqrt((mid_2 - low_2) ** 2 + (high_1 - mid_1) ** 2)
    up = sqrt((high_2 - mid_2) ** 2 + (mid_1 - low_1) ** 2)
    return gain - down, gain + up


@dataclass(frozen=True)
class Difference:
    """One figure of both runs; ``value`` is challenger minus champion."""

    metric: str
    slice: str
    first: MetricResult
    second: MetricResult

    @property
    def value(self) -> float | None:
        """Challenger minus champion; None when one of them is unknown."""
        if self.first.estimate is None or self.second.estimate is None:
            return None
        return self.second.estimate - self.first.estimate

    @property
    def spread(self) -> Interval | None:
        """The 95 % interval of ``value``."""
        return spread_of_difference(self.first, self.second)

    @property
    def word(self) -> str:
        """Better or worse only when the whole interval is on one side of zero."""
        worse = self.second.worse or self.first.worse or _known_direction(self.metric)
        if self.spread is None or not worse:
            return UNKNOWN
        low, high = self.spread
        if low <= 0 <= high:
            return SAME
        return BETTER if (low > 0) == (worse == "below") else WORSE


@dataclass(frozen=True)
class Comparison:
    """Two finished runs of one check."""

    first: CheckRun
    second: CheckRun
    rows: list[Difference]
    left_out: int

    @property
    def same_data(self) -> bool:
        """Whether both looked at the same bytes."""
        one, other = self.first.current, self.second.current
        return one is not None and other is not None and one.fingerprint == other.fingerprint

    @property
    def notes(self) -> list[str]:
        """What stands in the way of blaming the model for a difference."""
        said = []
        if not self.same_data:
            said.append(_("The tables are not the same, so a difference may come from the data."))
        elif _truth(self.first) != _truth(self.second):
            said.append(_("The label column or the positive label is not the same."))
        one, other = self.first, self.second
        if (one.check_version, one.code_hash) != (other.check_version, other.code_hash):
            said.append(_("The check was changed between the two runs. Run both again."))
        if one.params != other.params:
            said.append(_("The limits were not the same; the figures themselves can be compared."))
        return said

    @property
    def can_be_paired(self) -> bool:
        """Whether a paired test on the same rows is possible."""
        columns = self.first.roles.get("y_pred"), self.second.roles.get("y_pred")
        same = self.same_data and _truth(self.first) == _truth(self.second)
        return same and all(columns) and columns[0] != columns[1]


def _known_direction(metric: str) -> str:
    return "below" if metric in MORE_IS_BETTER else ""


def _truth(run: CheckRun) -> tuple[Any, Any]:
    return run.roles.get("y_true"), run.roles.get("positive")


def finished(user: User) -> QuerySet[CheckRun]:
    """Visible runs that can be compared."""
    found: QuerySet[CheckRun] = CheckRun.objects.visible_to(user).filter(state=states.DONE)
    return found.select_related(
        "model_version__model__unit", "current__unit", "current__file"
    ).defer("current__profile")


def compare_runs(first: CheckRun, second: CheckRun) -> Comparison:
    """Champion and challenger, worst figures first; one query.

    Raises Refused for runs of different checks, and for a run held against itself.
    """
    if first.pk == second.pk:
        raise Refused(_("Choose two different runs."), code="same-run")
    if first.check_name != second.check_name:
        raise Refused(
            _("The runs are of different checks: %(one)s and %(other)s.")
            % {"one": first.title, "other": second.title},
            code="different-checks",
        )
    return _compared([(first, second)], whole=True)[0]


def compare_versions(champion: ModelVersion, challenger: ModelVersion) -> list[Comparison]:
    """The newest finished runs of both, check by check, without slices."""
    if champion.pk == challenger.pk:
        raise Refused(_("Choose two different versions."), code="same-version")
    known = {run.check_name: run for run in latest_runs(champion) if run.state == states.DONE}
    pairs = [
        (known[run.check_name], run)
        for run in latest_runs(challenger)
        if run.state == states.DONE and run.check_name in known
    ]
    return _compared(pairs, whole=False)


def _compared(pairs: list[tuple[CheckRun, CheckRun]], *, whole: bool) -> list[Comparison]:
    wanted = MetricResult.objects.filter(run__in=[run.pk for pair in pairs for run in pair])
    wanted = wanted if whole else wanted.filter(slice="")
    # By place, so that the cap takes as much from one run as from the other.
    figures: dict[int, dict[tuple[str, str], MetricResult]] = {}
    for one in wanted.defer("detail", "reason").order_by("position", "run")[:MAX_FIGURES]:
        figures.setdefault(one.run_id, {}).setdefault((one.metric, one.slice), one)
    return [
        _comparison(first, second, figures.get(first.pk, {}), figures.get(second.pk, {}))
        for first, second in pairs
    ]


def _comparison(
    first: CheckRun,
    second: CheckRun,
    old: dict[tuple[str, str], MetricResult],
    new: dict[tuple[str, str], MetricResult],
) -> Comparison:
    both = [Difference(*key, old[key], new[key]) for key in old if key in new]
    both.sort(key=lambda row: _ORDER.index(row.word))
    left_out = len(old.keys() | new.keys()) - min(len(both), SHOWN_ROWS)
    return Comparison(first, second, both[:SHOWN_ROWS], left_out)


def paired_runs(user: User, found: Comparison) -> list[CheckRun]:
    """The newest visible run of McNemar's test on the same rows, finished or not; or none."""
    if not found.can_be_paired or found.second.current is None:
        return []
    runs = CheckRun.objects.visible_to(user).filter(
        check_name=PAIRED,
        model_version=found.second.model_version_id,
        current__fingerprint=found.second.current.fingerprint,
        roles__y_true=found.second.roles["y_true"],
        roles__y_pred=found.second.roles["y_pred"],
        roles__y_base=found.first.roles["y_pred"],
    )
    newest = runs.select_related("job").order_by("-pk")[:20]
    return [run for run in newest if _truth(run) == _truth(found.second)][:1]


def others_to_compare(user: User, run: CheckRun) -> list[CheckRun]:
    """The newest other finished runs of the same check on the same model."""
    found = runs_for_list(user).filter(
        check_name=run.check_name, model_version__model=run.model_version.model, state=states.DONE
    )
    return list(found.exclude(pk=run.pk).order_by("-pk")[:SHOWN_OTHERS])
