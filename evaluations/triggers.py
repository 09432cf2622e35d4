"""Which verdicts of a window ask for something: pure decisions, without a database.

The rules are those of the evaluation design, section 6.4. None of them starts anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evaluations.checks.spec import gettext_noop as _

QUALITY = "data.quality"
REALISED = ("perf.classification", "perf.ranking", "perf.regression", "decay.trend")
FAIRNESS = ("fairness.parity", "fairness.calibration")
Verdicts = Mapping[str, str]


@dataclass(frozen=True)
class Trigger:
    """What fired: kind, the checks whose runs show it, and why as a text with its values."""

    kind: str
    checks: tuple[str, ...]
    why: str
    values: dict[str, str]


def fired(now: Verdicts, before: Verdicts, *, age: int | None, oldest: int | None) -> list[Trigger]:
    """The triggers of a window.

    `now` and `before` map check ids to verdicts of this window and of the one before; `age` is
    the reference's age in days, `oldest` the most that is allowed. Unknown is no trigger.
    """
    found = [
        _failed("performance", REALISED, now, _("Failed in this window: %(checks)s.")),
        _estimated(now, before),
        _calibration(now),
        _failed("fairness", FAIRNESS, now, _("Failed in this window: %(checks)s.")),
        _baseline(age, oldest),
    ]
    return [one for one in found if one is not None]


def blocks(now: Verdicts) -> bool:
    """Whether the data of a window are at fault, so that nothing may be concluded from it.

    A quality check that broke vouches for nothing either.
    """
    return now.get(QUALITY) in ("fail", "error")


def _failed(kind: str, checks: Iterable[str], now: Verdicts, why: str) -> Trigger | None:
    failed = tuple(name for name in checks if now.get(name) == "fail")
    return Trigger(kind, failed, why, {"checks": ", ".join(failed)}) if failed else None


def _estimated(now: Verdicts, before: Verdicts) -> Trigger | None:
    """The estimate alone is blind to concept drift and proves nothing: two warnings and drift."""
    name = "perf.estimated"
    twice = all(one.get(name) in ("warn", "fail") for one in (now, before))
    if not twice or now.get("drift") != "fail":
        return None
    why = _(
        "The estimated performance warned in two windows in a row, and a compared column drifted."
    )
    return Trigger("estimated", (name, "drift"), why, {})


def _calibration(now: Verdicts) -> Trigger | None:
    if now.get("calibration") != "fail" or now.get("perf.ranking") != "pass":
        return None
    why = _("Calibration failed while the ranking passed.")
    return Trigger("calibration", ("calibration", "perf.ranking"), why, {})


def _baseline(age: int | None, oldest: int | None) -> Trigger | None:
    if age is None or oldest is None or age <= oldest:
        return None
    why = _("The reference table is %(age)s days old; %(oldest)s are allowed.")
    return Trigger("baseline", (), why, {"age": str(age), "oldest": str(oldest)})
