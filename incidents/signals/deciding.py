"""What the outcomes of a check ask for: nothing, an incident, its recovery, its return.

Pure functions of the series and the terms. The sweep, the replay before a rule is saved and the
simulation in the tests run this same code. Why k of n: at one failure by chance in a hundred runs
a ticket per failure buries the real ones, while three of five keeps them.
"""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

# A rule that looks further back would open nothing for days.
LONGEST = 100
# More incidents than this for one place within STORM_WITHIN become one incident about the storm.
STORM_AFTER = 3
# The same for a whole unit: something that many models share is broken.
STORM_OF_UNIT = 20
STORM_WITHIN = dt.timedelta(hours=1)

# Families whose first failure is told at once: waiting for a second leak helps nobody.
URGENT = frozenset({"security", "privacy"})


class Outcome(StrEnum):
    """What one run says. ``UNCLEAR`` is neither good nor failed: a warning, or too few rows."""

    GOOD = "good"
    FAILED = "failed"
    ERRORED = "errored"
    NO_DATA = "no_data"
    UNCLEAR = "unclear"


class Kind(StrEnum):
    """What a signal is about. A check that cannot be computed is another matter than a bad one."""

    FAILED = "failed"
    ERRORED = "errored"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class Terms:
    """Open at ``k`` bad outcomes among the last ``n``; recover after ``close_after`` good ones in a
    row; what comes back within ``reopen_hours`` is the same incident."""

    k: int = 3
    n: int = 5
    close_after: int = 6
    reopen_hours: int = 24

    @property
    def reach(self) -> int:
        """How many outcomes to show to a decision.

        Twice what it counts, so that outcomes that say nothing about a kind push none out.
        """
        return 2 * max(self.n, self.close_after)


AT_ONCE = Terms(k=1, n=1)


class Phase(StrEnum):
    """How the incident of a series stands."""

    QUIET = "quiet"
    ONGOING = "ongoing"
    RECOVERING = "recovering"
    ENDED = "ended"


@dataclass(frozen=True)
class Standing:
    """The phase and since when; outcomes up to then were judged before and count no more."""

    phase: Phase = Phase.QUIET
    since: dt.datetime | None = None


class Move(StrEnum):
    """What follows from the newest outcome."""

    NOTHING = "nothing"
    OPEN = "open"
    JOIN = "join"
    RECOVER = "recover"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Sample:
    """One outcome and when."""

    at: dt.datetime
    outcome: Outcome


def default_terms(family: str, kind: Kind) -> Terms:
    """The terms that are shipped, for a family of checks such as ``drift``."""
    return AT_ONCE if kind == Kind.FAILED and family in URGENT else Terms()


def is_bad(outcome: Outcome, kind: Kind) -> bool:
    """Whether ``outcome`` speaks for a signal of ``kind``."""
    return outcome.value == kind.value


def is_known(outcome: Outcome, kind: Kind) -> bool:
    """Whether ``outcome`` says anything about ``kind``: a run that broke shows no drift, and a
    table that never came breaks no run."""
    if kind == Kind.FAILED:
        return outcome not in (Outcome.ERRORED, Outcome.NO_DATA)
    return not (kind == Kind.ERRORED and outcome == Outcome.NO_DATA)


def decide(series: Sequence[Sample], kind: Kind, terms: Terms, standing: Standing) -> Move:
    """What the last of ``series`` (oldest first) asks for.

    ``series`` must hold at least the last ``terms.reach`` outcomes, fewer when there are no more.
    """
    if not series or not is_known(series[-1].outcome, kind):
        return Move.NOTHING
    bad = is_bad(series[-1].outcome, kind)
    if standing.phase == Phase.ONGOING:
        return Move.JOIN if bad else _recovery(series, kind, terms, standing)
    if not bad or _count_bad(series, kind, terms, standing) < terms.k:
        return Move.NOTHING
    if standing.phase == Phase.QUIET or standing.since is None:
        return Move.OPEN
    back_within = series[-1].at - standing.since <= dt.timedelta(hours=terms.reopen_hours)
    return Move.REOPEN if back_within else Move.OPEN


def decide_late(
    series: Sequence[Sample], at: dt.datetime, kind: Kind, terms: Terms, standing: Standing
) -> tuple[Move, Sample | None]:
    """What an outcome that became known for the moment ``at`` asks for, and at which moment.

    Data may arrive late: moments after ``at`` may have been judged already. What ``at`` asks for
    by itself comes first; else it may be the one that was missing for a later moment.
    """
    for end, sample in enumerate(series, start=1):
        if sample.at < at:
            continue
        move = decide(series[max(0, end - terms.reach) : end], kind, terms, standing)
        if move == Move.RECOVER and end < len(series):
            continue
        if move in (Move.OPEN, Move.REOPEN) or (sample.at == at and move != Move.NOTHING):
            return move, sample
    return Move.NOTHING, None


def begun(series: Sequence[Sample], until: Sample, kind: Kind, terms: Terms) -> dt.datetime:
    """When what is bad at ``until`` began: the first bad outcome among those that were counted."""
    told = [one for one in series if one.at <= until.at and is_known(one.outcome, kind)]
    bad = (one.at for one in told[-terms.n :] if is_bad(one.outcome, kind))
    return next(bad, until.at)


def together(outcomes: Iterable[Outcome], kind: Kind) -> Outcome | None:
    """What several checks of one family say of one moment: a bad one is not outvoted.

    None when none of them says anything.
    """
    known = set(outcomes)
    order = (Outcome(kind.value), Outcome.FAILED, Outcome.UNCLEAR, Outcome.GOOD)
    return next((one for one in (*order, *sorted(known)) if one in known), None)


def is_storm(opened: Sequence[dt.datetime], at: dt.datetime, limit: int) -> bool:
    """Whether so many incidents opened just before ``at`` that the next one joins them."""
    return sum(at - STORM_WITHIN <= one <= at for one in opened) >= limit


def _recovery(series: Sequence[Sample], kind: Kind, terms: Terms, standing: Standing) -> Move:
    told = _told(series, kind, standing)[-terms.close_after :]
    enough = len(told) == terms.close_after and all(_is_good(s, kind) for s in told)
    return Move.RECOVER if enough else Move.NOTHING


def _is_good(sample: Sample, kind: Kind) -> bool:
    unclear = kind == Kind.FAILED and sample.outcome == Outcome.UNCLEAR
    return not unclear and not is_bad(sample.outcome, kind)


def _count_bad(series: Sequence[Sample], kind: Kind, terms: Terms, standing: Standing) -> int:
    told = _told(series, kind, standing)[-terms.n :]
    return sum(is_bad(sample.outcome, kind) for sample in told)


def _told(series: Sequence[Sample], kind: Kind, standing: Standing) -> list[Sample]:
    since = standing.since
    return [s for s in series if (since is None or s.at > since) and is_known(s.outcome, kind)]


@dataclass
class Episode:
    """An incident that a rule would have opened. ``recovered_at`` None: it had not ended."""

    opened_at: dt.datetime
    recovered_at: dt.datetime | None = None
    failures: int = 1
    returns: int = 0


def replay(series: Iterable[Sample], kind: Kind, terms: Terms) -> Iterator[Episode]:
    """The incidents that ``terms`` would have opened for one series, oldest first.

    Somebody is supposed to resolve each once it has recovered.
    """
    seen: deque[Sample] = deque(maxlen=terms.reach)
    standing, episode = Standing(), None
    for sample in series:
        seen.append(sample)
        move = decide(seen, kind, terms, standing)
        if move == Move.OPEN:
            if episode is not None:
                yield episode
            episode = Episode(sample.at)
        elif episode is not None:
            _go_on(episode, move, sample)
        standing = _after(move, sample, standing)
    if episode is not None:
        yield episode


def _go_on(episode: Episode, move: Move, sample: Sample) -> None:
    if move == Move.RECOVER:
        episode.recovered_at = sample.at
    elif move == Move.REOPEN:
        episode.recovered_at, episode.returns = None, episode.returns + 1
    episode.failures += move in (Move.JOIN, Move.REOPEN)


def _after(move: Move, sample: Sample, standing: Standing) -> Standing:
    if move in (Move.OPEN, Move.REOPEN):
        return Standing(Phase.ONGOING)
    return Standing(Phase.RECOVERING, sample.at) if move == Move.RECOVER else standing
