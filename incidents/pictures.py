"""The pictures of signals, each with the table of what it draws."""

from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts.outcomes import Told, outcome_lanes
from incidents.models import Observation, Signal
from incidents.models.signals import OUTCOMES
from incidents.queries.signals import Told as Outcomes
from incidents.queries.signals import samples
from incidents.signals.deciding import Kind, Outcome

TONES = {
    Outcome.GOOD: "pass",
    Outcome.FAILED: "fail",
    Outcome.UNCLEAR: "inconclusive",
    Outcome.ERRORED: "unknown",
    Outcome.NO_DATA: "unknown",
}
WORDS = dict(OUTCOMES)
_STATES = {
    Outcome.GOOD: "pass",
    Outcome.FAILED: "fail",
    Outcome.UNCLEAR: "inconclusive",
    Outcome.ERRORED: "error",
    Outcome.NO_DATA: "not_run",
}


class Line(NamedTuple):
    """An observation as the table shows it; ``outcome`` is None where it says nothing of the
    slice."""

    observation: Observation
    outcome: Outcome | None

    @property
    def state(self) -> str:
        """The entry of web.looks."""
        return _STATES[self.outcome] if self.outcome else "unknown"

    @property
    def word(self) -> str:
        """The outcome in words."""
        return str(WORDS[self.outcome.value]) if self.outcome else _("says nothing of this slice")


def table_of(signal: Signal, observations: list[Observation]) -> list[Line]:
    """The observations behind ``signal`` with what each says about it, newest first."""
    kind = Kind(signal.kind_of)
    return [Line(one, _of(one, signal, kind)) for one in observations]


def _of(one: Observation, signal: Signal, kind: Kind) -> Outcome | None:
    told = samples([Outcomes(one.at, one.outcome, one.slices)], signal.slice, kind)
    return told[0].outcome if told else None


def picture_of(signal: Signal, lines: list[Line]) -> SafeString:
    """The windows that count, oldest left; when its incident opened and it recovered is marked."""
    told = []
    for line in reversed(lines):
        if line.outcome is None or line.observation.run.superseded:
            continue
        at = line.observation.at
        mark = _("opened") if at == signal.opened_at else ""
        mark = _("recovered") if at == signal.recovered_at else mark
        word = str(WORDS[line.outcome.value])
        told.append(Told(f"{at:%Y-%m-%d %H:%M} UTC", word, TONES[line.outcome], mark))
    return outcome_lanes(
        told,
        lanes=[str(WORDS[one.value]) for one in TONES],
        title=_("What each window said"),
        description=_("Oldest left; superseded runs are left out."),
    )
