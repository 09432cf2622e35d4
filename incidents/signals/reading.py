"""What a run of a monitor says: one outcome as a whole and one per slice, and of which place."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from evaluations.checks.catalogue import CATALOGUE
from evaluations.models import CheckRun, MetricResult, MonitorWindow
from incidents.signals.deciding import Kind, Outcome
from models_registry.models import ModelVersion

# Checks that judge the slices people named. Those that search for slices name others each time,
# so that nothing could be followed over windows.
SLICED = frozenset({"slice.performance", "fairness.parity", "fairness.calibration"})
MOST_SLICES = 100
_SAYS = {
    "pass": Outcome.GOOD,
    "fail": Outcome.FAILED,
    "error": Outcome.ERRORED,
}
_WORST_FIRST = (Outcome.FAILED, Outcome.UNCLEAR, Outcome.GOOD)
# A name longer than this stands in the fingerprint as a digest.
_LONG = 40


class Where(NamedTuple):
    """The place of a run: model, deployment and environment, and the family of its check."""

    model: int
    deployment: int | None
    environment: str
    family: str

    def fingerprint(self, part: str, kind: Kind) -> str:
        """Model + deployment + environment + check family + slice + kind, as text."""
        return f"{self.spot}/family:{_short(self.family)}/slice:{_short(part)}/kind:{kind.value}"

    @property
    def spot(self) -> str:
        """Without the family: what storms are grouped by."""
        return f"model:{self.model}/deployment:{self.deployment or '-'}/env:{self.environment}"


class Reading(NamedTuple):
    """What a run says as a whole, and of each slice that it judged."""

    whole: Outcome
    slices: dict[str, Outcome]


def family_of(check_name: str) -> str:
    """The family of a check, such as ``drift``; a check outside the catalogue is its own."""
    spec = CATALOGUE.get(check_name)
    return spec.family if spec is not None and spec.family else check_name


def window_of(run: CheckRun) -> MonitorWindow:
    """The window of a run of a monitor. Raises ValueError for a run of no monitor."""
    if run.window is None:
        raise ValueError("a run without a window has no place in a series")
    return run.window


def where(run: CheckRun) -> Where:
    """The place of a run of a monitor. Raises ValueError for a run of no monitor."""
    version: ModelVersion = run.model_version
    deployment = window_of(run).monitor.deployment
    environment = deployment.environment if deployment is not None else ""
    pk = deployment.pk if deployment is not None else None
    return Where(version.model_id, pk, environment, family_of(run.check_name))


def read(run: CheckRun) -> Reading:
    """The outcomes of a finished run."""
    if run.verdict == CheckRun.Verdict.ERROR and _found_nothing(run):
        return Reading(Outcome.NO_DATA, {})
    whole = _SAYS.get(run.verdict, Outcome.UNCLEAR)
    if run.check_name not in SLICED or whole == Outcome.ERRORED:
        return Reading(whole, {})
    return _sliced(whole, run.results.exclude(verdict="").order_by("position"))


def _found_nothing(run: CheckRun) -> bool:
    return run.current_id is None and run.window is not None and run.window.stamp == "none"


def _sliced(whole: Outcome, results: Iterable[MetricResult]) -> Reading:
    told: dict[str, set[Outcome]] = {}
    for one in results:
        told.setdefault(one.slice, set()).add(_SAYS.get(one.verdict, Outcome.UNCLEAR))
    worst = {part: _worst(said) for part, said in told.items()}
    unsliced = worst.pop("", None)
    failed = sum(said == Outcome.FAILED for said in worst.values())
    if not worst or failed > MOST_SLICES:
        return Reading(whole, {})
    kept = sorted(worst.items(), key=lambda item: _WORST_FIRST.index(item[1]))[:MOST_SLICES]
    return Reading(unsliced or Outcome.UNCLEAR, dict(kept))


def _worst(said: set[Outcome]) -> Outcome:
    return next((one for one in _WORST_FIRST if one in said), Outcome.UNCLEAR)


def _short(text: str) -> str:
    plain = text.isascii() and "/" not in text and len(text) <= _LONG
    return text if plain else hashlib.sha256(text.encode()).hexdigest()[:24]
