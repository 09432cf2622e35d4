"""The rules and calendars of fixtures/clocks: dated, sourced, with their certainty."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).resolve().parent.parent.parent / "fixtures" / "clocks"

Unit = Literal["hour", "day", "business_day", "month"]
Certainty = Literal["H", "M", "L"]
FACTS = (
    "occurred", "aware", "classified", "determined", "material", "payment", "fix_available",
    "resolved", "previous_sent",
)  # fmt: skip


class RuleError(ValueError):
    """A rule or calendar in the data is not what it must be."""


@dataclass(frozen=True)
class Limit:
    """At most ``length`` ``unit`` after the fact ``start``."""

    start: str
    length: int
    unit: Unit


@dataclass(frozen=True)
class Calendar:
    """Days on which offices are closed, known from ``first`` to ``last``."""

    id: str
    title: str
    first: dt.date
    last: dt.date
    weekend: frozenset[int]
    holidays: frozenset[dt.date]

    def is_open(self, day: dt.date) -> bool:
        """Whether ``day`` is a working day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def knows(self, day: dt.date) -> bool:
        """Whether the holidays of ``day`` are in the data."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Rule:
    """One duty to notify. The earliest of its ``limits`` counts.

    ``after`` names the rule whose sent notice is the fact ``previous_sent``. ``applies_from`` and
    ``applies_to`` are the first and last day of application; ``verified_on`` is the day on which
    the text was last compared with its source, if it ever was.
    """

    id: str
    jurisdiction: str
    law: str
    article: str
    title: str
    role: str
    trigger: str
    limits: tuple[Limit, ...]
    recipient: str
    content: tuple[str, ...]
    zone: str
    calendar: str
    applies_from: dt.date | None
    applies_to: dt.date | None
    text_date: dt.date
    verified_on: dt.date | None
    source: str
    certainty: Certainty
    after: str = ""
    note: str = ""

    def applies_on(self, day: dt.date) -> bool:
        """Whether the rule applies on ``day``."""
        first, last = self.applies_from or dt.date.min, self.applies_to or dt.date.max
        return first <= day <= last

    @property
    def starts(self) -> tuple[str, ...]:
        """The facts that its limits count from."""
        return tuple(limit.start for limit in self.limits)


@cache
def rules() -> dict[str, Rule]:
    """Every rule by id, in the order of the file. Raises ``RuleError``."""
    found = [rule_from(row) for row in json.loads((FOLDER / "rules.json").read_text())["rules"]]
    named = {rule.id: rule for rule in found}
    if len(named) != len(found):
        raise RuleError("Two rules share an id")
    for rule in found:
        if rule.calendar not in calendars():
            raise RuleError(f"{rule.id}: no calendar {rule.calendar!r}")
        if ("previous_sent" in rule.starts) != bool(rule.after) or rule.after not in {"", *named}:
            raise RuleError(f"{rule.id}: which notice does it follow?")
    return named


@cache
def calendars() -> dict[str, Calendar]:
    """Every calendar by id."""
    rows = json.loads((FOLDER / "calendars.json").read_text())["calendars"]
    return {row["id"]: _calendar(row) for row in rows}


def rule_from(row: dict[str, Any]) -> Rule:
    """A rule from plain data, as in the file or frozen with a clock. Raises ``RuleError``."""
    try:
        limits = tuple(_limit(one) for one in row["limits"])
        dates = {
            name: dt.date.fromisoformat(row[name]) if row[name] else None
            for name in ("applies_from", "applies_to", "text_date", "verified_on")
        }
        values = {**row, **dates, "limits": limits, "content": tuple(row["content"])}
        rule = Rule(**values)
        ZoneInfo(rule.zone)
    except (KeyError, TypeError, ValueError) as error:
        raise RuleError(f"Rule {row.get('id')!r}: {error}") from error
    if rule.certainty not in get_args(Certainty) or not rule.limits or rule.text_date is None:
        raise RuleError(f"{rule.id}: certainty, limits and text date are needed")
    return rule


def plain_rule(rule: Rule) -> dict[str, Any]:
    """``rule`` as plain data, to be frozen with a clock; ``rule_from`` reads it again."""
    found: dict[str, Any] = dict(vars(rule))
    for name, value in found.items():
        if isinstance(value, dt.date):
            found[name] = value.isoformat()
    found["limits"] = [dict(vars(limit)) for limit in rule.limits]
    found["content"] = list(rule.content)
    return found


def _limit(row: dict[str, Any]) -> Limit:
    limit = Limit(**row)
    if limit.start not in FACTS or limit.unit not in get_args(Unit) or limit.length < 1:
        raise RuleError(f"No such limit: {row}")
    return limit


def _calendar(row: dict[str, Any]) -> Calendar:
    return Calendar(
        row["id"],
        row["title"],
        dt.date.fromisoformat(row["first"]),
        dt.date.fromisoformat(row["last"]),
        frozenset(row["weekend"]),
        frozenset(map(dt.date.fromisoformat, row["holidays"])),
    )
