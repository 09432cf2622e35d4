"""The simulation on which the shipped terms rest: hourly series with chance failures and episodes.

200 series over 90 days fail by chance once in a hundred runs; 40 of them have one real episode of
three days, during which seven of ten runs fail. With these terms about 2.6 openings by chance are
to be expected in 432,000 outcomes (three failures among five by chance); the seed of the tests has
none, and other seeds are seen to have up to five.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from incidents.signals.deciding import Kind, Outcome, Sample, Terms, replay

ZERO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
EPISODE_HOURS = 72


@dataclass(frozen=True)
class Simulation:
    """The size of a simulation; the defaults are those of the research."""

    series: int = 200
    hours: int = 90 * 24
    episodes: int = 40
    noise: float = 0.01
    real: float = 0.7
    seed: int = 7

    @cached_property
    def starts(self) -> dict[int, int]:
        """The hour at which the episode of a series starts."""
        return self._made[0]

    @cached_property
    def failures(self) -> list[set[int]]:
        """The hours at which each series fails."""
        return self._made[1]

    @cached_property
    def _made(self) -> tuple[dict[int, int], list[set[int]]]:
        rng = random.Random(self.seed)
        chosen = rng.sample(range(self.series), self.episodes)
        starts = {i: rng.randrange(0, self.hours - EPISODE_HOURS) for i in chosen}
        failures = []
        for i in range(self.series):
            first = starts.get(i, self.hours)
            real = range(first, first + EPISODE_HOURS)
            failures.append(
                {
                    hour
                    for hour in range(self.hours)
                    if rng.random() < (self.real if hour in real else self.noise)
                }
            )
        return starts, failures

    def count(self, opened: list[tuple[int, dt.datetime]]) -> "Counted":
        """What incidents, each a series and when it opened, say about the episodes."""
        delays: dict[int, list[int]] = {}
        noise = 0
        for i, at in opened:
            delay = int((at - ZERO).total_seconds() // 3600) - self.starts.get(i, self.hours)
            # The first outcomes after an episode still look back on it.
            if 0 <= delay < EPISODE_HOURS + 4:
                delays.setdefault(i, []).append(delay)
            else:
                noise += 1
        first = [min(found) for found in delays.values()]
        return Counted(len(opened), noise, len(self.starts) - len(first), first)


@dataclass(frozen=True)
class Counted:
    """How many incidents opened, how many of them by chance, and how many episodes had none."""

    opened: int
    noise: int
    missed: int
    delays: list[int] = field(default_factory=list)

    @property
    def delay_hours(self) -> float:
        """The median time from the start of an episode to its incident."""
        return median(self.delays)


def pure(simulation: Simulation) -> Counted:
    """Run a simulation through the deciding code alone."""
    hours = [ZERO + dt.timedelta(hours=hour) for hour in range(simulation.hours)]
    good = [Sample(at, Outcome.GOOD) for at in hours]
    bad = [Sample(at, Outcome.FAILED) for at in hours]
    opened = []
    for i, failing in enumerate(simulation.failures):
        said = (bad[h] if h in failing else good[h] for h in range(simulation.hours))
        opened += [(i, one.opened_at) for one in replay(said, Kind.FAILED, Terms())]
    return simulation.count(opened)
