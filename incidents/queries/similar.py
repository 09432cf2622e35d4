"""Incidents and reports that resemble one, among those that the reader may see.

No leak: the ids are taken from ``visible_to(reader)`` first, and only those texts enter the
corpus. Document counts, weights and scores of one reader are computed from his records alone; the
word counts that are kept between requests belong to one text each and say nothing about others.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import CaseReport, Incident, NotSimilar
from incidents.similar.engine import Corpus, Hit, Text, text_of

# A record in the search: its model, its number, and when it was saved last.
Key = tuple[str, int, dt.datetime]
NEWEST = 4_000
_KEPT_TEXTS = 20_000
_BATCH = 400

_texts: dict[Key, Text] = {}


@dataclass(frozen=True)
class Similar:
    """A record that resembles the question, how much, and why in words."""

    record: Any
    kind: str
    score: float
    reasons: tuple[str, ...]


def similar_to(incident: Incident, *, by: Any, top: int = 5) -> list[Similar]:
    """What resembles ``incident``, without itself and without what was said not to."""
    asked = _text_of_incident(incident)
    denied = NotSimilar.objects.filter(incident=incident).values_list("other_id", "case_id")
    without = {("incident", incident.pk)}
    for other, case in denied:
        without.add(("incident", other) if other else ("case", case))
    return _found(asked, by, top, without)


def similar_to_text(text: str, *, by: Any, top: int = 5) -> list[Similar]:
    """What resembles a description that is being written."""
    return _found(text_of("", text), by, top, set())


def _found(asked: Text, by: Any, top: int, without: set[tuple[str, int]]) -> list[Similar]:
    keys = tuple(sorted(_visible_keys(by)))
    hits = [
        hit
        for hit in _corpus(keys).like(asked, top=top + len(without))
        if (hit.key[0], hit.key[1]) not in without
    ][:top]
    records = {
        "incident": Incident.objects.all()
        .visible_to(by)
        .in_bulk([hit.key[1] for hit in hits if hit.key[0] == "incident"]),
        "case": CaseReport.objects.all()
        .visible_to(by)
        .defer("record")
        .in_bulk([hit.key[1] for hit in hits if hit.key[0] == "case"]),
    }
    return [
        Similar(records[hit.key[0]][hit.key[1]], hit.key[0], hit.score, _reasons(hit))
        for hit in hits
        if hit.key[1] in records[hit.key[0]]
    ]


def _visible_keys(by: Any) -> Iterator[Key]:
    """Model, number and time of the newest records that the reader may see."""
    for kind, rows in (
        ("incident", Incident.objects.all().visible_to(by)),
        ("case", CaseReport.objects.all().visible_to(by)),
    ):
        for pk, saved in rows.order_by("-pk").values_list("pk", "updated_at")[:NEWEST]:
            yield kind, pk, saved


@lru_cache(maxsize=8)
def _corpus(keys: tuple[Key, ...]) -> Corpus[Key]:
    """The corpus of exactly these records; readers who see the same share it."""
    if len(_texts) > _KEPT_TEXTS:
        _texts.clear()
    known = {key: _texts[key] for key in keys if key in _texts}
    fresh = _read_texts([key for key in keys if key not in known])
    _texts.update(fresh)
    known |= fresh
    return Corpus([(key, known[key]) for key in keys if key in known])


def _read_texts(missing: list[Key]) -> dict[Key, Text]:
    """The words of records that were not read yet. One that changed meanwhile stays out."""
    wanted = set(missing)
    parts = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
    return {
        key: text
        for part in parts
        for key, text in (*_incident_texts(part), *_case_texts(part))
        if key in wanted
    }


def _incident_texts(keys: Iterable[Key]) -> Iterator[tuple[Key, Text]]:
    numbers = [pk for kind, pk, _saved in keys if kind == "incident"]
    for incident in Incident.objects.filter(pk__in=numbers):
        yield ("incident", incident.pk, incident.updated_at), _text_of_incident(incident)


def _case_texts(keys: Iterable[Key]) -> Iterator[tuple[Key, Text]]:
    numbers = [pk for kind, pk, _saved in keys if kind == "case"]
    for case in CaseReport.objects.filter(pk__in=numbers).defer("record"):
        names = [case.external_id, *case.identifiers]
        yield ("case", case.pk, case.updated_at), text_of(case.title, case.summary, names)


def _text_of_incident(incident: Incident) -> Text:
    return text_of(incident.title, incident.details)


def _reasons(hit: Hit[Key]) -> tuple[str, ...]:
    found = []
    if hit.cves:
        found.append(_("same vulnerability: %(names)s") % {"names": ", ".join(hit.cves)})
    if hit.techniques:
        found.append(_("same technique: %(names)s") % {"names": ", ".join(hit.techniques)})
    if hit.terms:
        found.append(_("shared words: %(names)s") % {"names": ", ".join(hit.terms)})
    return tuple(found)
