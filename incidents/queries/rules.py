"""Which terms hold where, and what others would have opened."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Unit
from evaluations.models import Monitor
from incidents.models import Observation, SignalRule
from incidents.queries.signals import Told, samples
from incidents.signals.deciding import URGENT, Episode, Kind, Terms, default_terms, replay

REPLAY_DAYS = 90
# The pages list no more of them; all are counted.
SHOWN_EPISODES = 20
# At most this many observations are replayed while a person waits.
MOST_OBSERVATIONS = 500_000

Rules = dict[tuple[int, str, str], Terms]


def terms_for(rules: Rules, path: str, family: str, kind: Kind) -> Terms:
    """The terms for a model in the unit of ``path``, such as ``/1/4/``.

    The nearest unit that has a rule decides; in one unit a rule for the family goes before one
    for all. Where none fits, what is shipped holds.
    """
    for unit in reversed([int(pk) for pk in path.split("/") if pk]):
        for name in (family,) if family in URGENT else (family, ""):
            found = rules.get((unit, name, kind.value))
            if found is not None:
                return found
    return default_terms(family, kind)


def rules_above(unit: Unit) -> Rules:
    """The rules in force that may concern models of ``unit``."""
    above = [int(pk) for pk in (unit.path or "").split("/") if pk]
    return _by_name(SignalRule.objects.filter(active=True, unit__in=above))


def rules_for_list(user: Any) -> QuerySet[Any]:
    """Rules that ``user`` may see."""
    found: QuerySet[Any] = SignalRule.objects.all().visible_to(user)
    return found.select_related("unit", "enabled_by")


@dataclass
class Replayed:
    """What a rule would have opened in the last ``days``; ``shown`` are the newest of them.

    ``before`` is how many the terms in force until now would have opened.
    """

    days: int
    series: int = 0
    observations: int = 0
    opened: int = 0
    before: int = 0
    shown: list[tuple[str, Episode]] = field(default_factory=list)


def replay_rule(unit: Unit, family: str, kind: Kind, terms: Terms) -> Replayed:
    """What ``terms`` would have opened in the last 90 days, from what was observed.

    Runs the deciding code over each series that the rule would govern: those of ``unit`` and the
    units below it, save where a nearer rule decides. Series of slices are replayed like others.
    """
    rules = _by_name(SignalRule.objects.filter(active=True))
    proposed = {**rules, (unit.pk, family, kind.value): terms}
    found = Replayed(REPLAY_DAYS)
    episodes: list[tuple[str, Episode]] = []
    for path, name, label, rows in _series(unit, family):
        if not _governs(proposed, unit, family, path, name, kind):
            continue
        old = terms_for(rules, path, name, kind)
        found.observations += len(rows)
        for part in _parts(rows, kind):
            told = samples(rows, part, kind)
            made = list(replay(told, kind, terms))
            found.series += 1
            found.before += sum(1 for _ in replay(told, kind, old))
            words = f"{label} · {part}" if part else label
            episodes += [(words, episode) for episode in made]
    found.opened = len(episodes)
    episodes.sort(key=lambda pair: pair[1].opened_at, reverse=True)
    found.shown = episodes[:SHOWN_EPISODES]
    return found


def _series(unit: Unit, family: str) -> Iterator[tuple[str, str, str, list[Told]]]:
    """Path of the unit, family, name and observations of each series below ``unit``."""
    since = timezone.now() - dt.timedelta(days=REPLAY_DAYS)
    below = unit.path or ""
    rows = Observation.objects.filter(
        model__unit__path__startswith=below, at__gte=since, run__superseded=False
    )
    if family:
        rows = rows.filter(family=family)
    monitors = Monitor.objects.filter(model_version__model__unit__path__startswith=below)
    named = monitors.values_list("pk", "name", "model_version__model__unit__path")
    known = {pk: (name, path or "") for pk, name, path in named}
    place = ("monitor_id", "family", "deployment_id", "environment")
    told = rows.order_by(*place, "at", "pk").values_list(*place, "at", "outcome", "slices")
    newest = told[:MOST_OBSERVATIONS].iterator(chunk_size=5_000)
    for key, group in groupby(newest, key=lambda row: row[:4]):
        name, path = known.get(key[0], ("", below))
        yield path, key[1], f"{name} · {key[1]}", [Told(*row[4:]) for row in group]


def _governs(rules: Rules, unit: Unit, family: str, path: str, name: str, kind: Kind) -> bool:
    """Whether the rule of ``unit`` decides about a series of family ``name`` in ``path``."""
    marked: Any = object()
    rules = {**rules, (unit.pk, family, kind.value): marked}
    return terms_for(rules, path, name, kind) is marked


def _parts(rows: list[Told], kind: Kind) -> Iterable[str]:
    if kind != Kind.FAILED:
        return [""]
    return ["", *sorted({part for row in rows for part in row.slices})]


def _by_name(rules: QuerySet[Any]) -> Rules:
    return {(rule.unit_id, rule.family, rule.kind_of): rule.terms for rule in rules}
