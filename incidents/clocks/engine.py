"""When a notice is due. Pure arithmetic over facts, rules and calendars.

Hours are elapsed hours, so a change of the clocks does not lengthen them. Days and months end at
the same local time as the fact, which is the strict reading; the lenient one (Regulation 1182/71,
Art. 3: the day of the event is not counted, the last day counts whole, and if it is a closed day
the next open one ends the period) is given beside it for information. Business days end with the
last second of the last day in the zone of the rule.
"""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from incidents.clocks.rules import Calendar, Limit, Rule, calendars

MAX_YEAR = 2200
_END = dt.time(23, 59, 59)


class NotStarted(ValueError):
    """None of the facts that the rule counts from is known."""


@dataclass(frozen=True)
class Due:
    """A deadline, how it came about, and what to know about it.

    ``lenient`` is the later reading, if there is one; ``cautions`` are codes.
    """

    at: dt.datetime
    start: str
    started_at: dt.datetime
    length: int
    unit: str
    lenient: dt.datetime | None
    cautions: tuple[str, ...]


def due(rule: Rule, facts: dict[str, dt.datetime], zone: str = "") -> Due:
    """The earliest deadline of ``rule`` given ``facts`` (aware datetimes by name).

    ``zone`` replaces that of the rule, such as the state where the incident happened. Raises
    ``NotStarted`` when no fact that the rule counts from is known, ``OverflowError`` for facts
    beyond the year 2200.
    """
    place, calendar = ZoneInfo(zone or rule.zone), calendars()[rule.calendar]
    found = [
        _due(limit, facts[limit.start], place, calendar)
        for limit in rule.limits
        if limit.start in facts
    ]
    if not found:
        raise NotStarted(rule.id)
    return min(found, key=lambda one: one.at)


def _due(limit: Limit, start: dt.datetime, place: ZoneInfo, calendar: Calendar) -> Due:
    if start.year > MAX_YEAR:
        raise OverflowError(f"{start.year} is too late to count from")
    local = start.astimezone(place)
    lenient: dt.datetime | None = None
    if limit.unit == "hour":
        at = start.astimezone(dt.UTC) + dt.timedelta(hours=limit.length)
    elif limit.unit == "business_day":
        at = _end_of(business_day(local.date(), limit.length, calendar), place)
    else:
        last = _last_day(limit, local.date())
        at = dt.datetime.combine(last, local.time(), place).astimezone(dt.UTC)
        lenient = _end_of(_lenient_day(limit, local.date(), last, calendar), place)
    cautions = () if calendar.knows(at.astimezone(place).date()) else ("calendar_ends",)
    if limit.unit in ("hour", "month"):
        cautions = ()
    return Due(
        at.astimezone(dt.UTC), limit.start, start.astimezone(dt.UTC), limit.length, limit.unit,
        lenient, cautions,
    )  # fmt: skip


def _last_day(limit: Limit, first: dt.date) -> dt.date:
    if limit.unit == "day":
        return first + dt.timedelta(days=limit.length)
    return add_months(first, limit.length)


def add_months(day: dt.date, count: int) -> dt.date:
    """The same day ``count`` months later, or the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def business_day(day: dt.date, count: int, calendar: Calendar) -> dt.date:
    """The ``count``-th working day after ``day``, which itself is not counted."""
    left = count
    while left:
        day += dt.timedelta(days=1)
        left -= calendar.is_open(day)
    return day


def _lenient_day(limit: Limit, first: dt.date, last: dt.date, calendar: Calendar) -> dt.date:
    if limit.unit == "day" and limit.length >= 2:
        last = max(last, business_day(first, 2, calendar))
    while not calendar.is_open(last):
        last += dt.timedelta(days=1)
    return last


def _end_of(day: dt.date, place: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, _END, place).astimezone(dt.UTC)


def reminders(at: dt.datetime, started_at: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """When to remind of a deadline: half way, at four fifths, and when it is reached.

    Each with a name that stays the same for the same deadline.
    """
    whole = at - started_at
    return [
        ("half", started_at + whole / 2),
        ("near", started_at + whole * 0.8),
        ("due", at),
    ]
