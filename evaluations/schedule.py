"""When windows end. Cron expressions are read by Celery."""

import datetime as dt
from dataclasses import dataclass

from celery.schedules import crontab

EPOCH = dt.datetime(2000, 1, 3, tzinfo=dt.UTC)  # a Monday, so that weeks begin on Mondays


@dataclass(frozen=True)
class Schedule:
    """Every so many minutes since a Monday midnight in UTC, or by a cron expression in UTC."""

    cron: str = ""
    every_minutes: int | None = None

    def after(self, moment: dt.datetime) -> dt.datetime:
        """The first slot after ``moment``, which must be aware.

        Raises ValueError for an expression that is not one, or that never occurs.
        """
        if self.cron:
            return _cron_after(self.cron, moment.astimezone(dt.UTC))
        if not self.every_minutes or self.every_minutes < 1:
            raise ValueError("A schedule needs a cron expression or a number of minutes")
        step = dt.timedelta(minutes=self.every_minutes)
        return EPOCH + step * ((moment - EPOCH) // step + 1)

    def next_slots(self, moment: dt.datetime, count: int = 5) -> list[dt.datetime]:
        """The next ``count`` slots after ``moment``."""
        found: list[dt.datetime] = []
        for _number in range(count):
            moment = self.after(moment)
            found.append(moment)
        return found

    def latest(self, moment: dt.datetime) -> dt.datetime:
        """The last slot at or before ``moment``, or ``moment`` when there was none for a year."""
        if not self.cron:
            return self.after(moment) - dt.timedelta(minutes=self.every_minutes or 1)
        for days in (1, 32, 400):
            slot = self.after(moment - dt.timedelta(days=days))
            if slot <= moment:
                while (following := self.after(slot)) <= moment:
                    slot = following
                return slot
        return moment


def _cron_after(text: str, moment: dt.datetime) -> dt.datetime:
    try:
        found = crontab.from_string(" ".join(text.split()))
        last, delta, _now = found.remaining_delta(moment, tz=dt.UTC)
        slot: dt.datetime = last + delta
    except (ValueError, TypeError, KeyError, RuntimeError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if slot <= moment:
        raise ValueError("The expression gives no later moment")
    return slot
