"""Numbers that a model card states, held against what the newest checks found."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from evaluations import states
from evaluations.models import CheckRun, MetricResult
from models_registry.cards.statements import Statement, statements
from models_registry.models import CardRevision

AGREES, DIFFERS, NOTHING = "agrees", "differs", "nothing"
# The checks that compute metrics which cards state, over all rows of a table.
CHECKS = ("perf.classification", "calibration")
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Compared:
    """A number of the card and the newest result of its metric, if there is one."""

    said: Statement
    found: MetricResult | None
    outcome: str

    def as_json(self) -> dict[str, Any]:
        """Plain data for the API."""
        found = self.found
        return {
            "metric": self.said.metric or None,
            "name": self.said.name,
            "line": self.said.line,
            "about": self.said.about,
            "card_says": self.said.text,
            "value": self.said.value,
            "outcome": self.outcome,
            "run": found.run_id if found else None,
            "estimate": found.estimate if found else None,
            "low": found.low if found else None,
            "high": found.high if found else None,
            "n": found.n if found else None,
        }


def card_numbers(user: User, card: CardRevision) -> list[Compared]:
    """Every number of the card with the newest finished run that ``user`` may see.

    As many queries for many numbers as for one; none when the card states no number.
    """
    said = statements(card.parsed)
    newest = _newest(user, card) if any(one.metric for one in said) else {}
    return [_compared(one, newest.get(one.metric)) for one in said]


def compare(said: Statement, found: MetricResult | None) -> str:
    """Whether the written number, rounded as it is, lies within the interval of the result.

    Without an interval the estimate itself must round to what is written.
    """
    if found is None or found.estimate is None:
        return NOTHING
    low = found.estimate if found.low is None else found.low
    high = found.estimate if found.high is None else found.high
    slack = said.half + _ROUNDING
    return AGREES if low - slack <= said.value <= high + slack else DIFFERS


def _compared(said: Statement, found: MetricResult | None) -> Compared:
    return Compared(said, found, compare(said, found))


def _newest(user: User, card: CardRevision) -> dict[str, MetricResult]:
    runs = [run for name in CHECKS if (run := _newest_run(user, card, name))]
    results = MetricResult.objects.filter(run__in=runs, slice="", estimate__isnull=False)
    found: dict[str, MetricResult] = {}
    for result in results.select_related("run__current").defer("run__current__profile"):
        found.setdefault(result.metric, result)
    return found


def _newest_run(user: User, card: CardRevision, check: str) -> CheckRun | None:
    runs = CheckRun.objects.visible_to(user).filter(
        model_version=card.model_version_id, check_name=check, state=states.DONE
    )
    found: CheckRun | None = runs.order_by("-finished_at", "-pk").first()
    return found
