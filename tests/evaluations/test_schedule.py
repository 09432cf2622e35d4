"""When windows end."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.schedule import Schedule

MOMENT = dt.datetime(2026, 11, 24, 11, 5, 30, tzinfo=dt.UTC)


def test_cron_slots_follow_each_other_in_utc():
    slots = Schedule("30 6 * * 1").next_slots(MOMENT, 3)
    assert [f"{slot:%Y-%m-%d %H:%M %Z}" for slot in slots] == [
        "2026-11-30 06:30 UTC", "2026-12-07 06:30 UTC", "2026-12-14 06:30 UTC",
    ]  # fmt: skip


def test_intervals_begin_on_mondays_at_midnight():
    assert Schedule(every_minutes=10080).after(MOMENT) == dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    assert Schedule(every_minutes=1440).latest(MOMENT) == dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def test_the_latest_slot_is_found_for_rare_expressions():
    assert Schedule("0 0 1 1 *").latest(MOMENT) == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert Schedule("*/15 * * * *").latest(MOMENT).minute == 0


@pytest.mark.parametrize(
    "text", ["", "x", "61 * * * *", "* * * *", "0 0 31 2 *", "@yearly", "* * * * * *"]
)
def test_what_is_no_schedule_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        Schedule(text).after(MOMENT)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["0 * * * *", "*/7 3 * * 2", "5 5 1 * *", "0 6 * * mon-fri"]),
    st.datetimes(min_value=dt.datetime(2024, 1, 1), max_value=dt.datetime(2030, 1, 1)),  # noqa: DTZ001
)
def test_windows_touch_and_never_overlap(text, naive):
    schedule, moment = Schedule(text), naive.replace(tzinfo=dt.UTC)
    first, second = schedule.next_slots(moment, 2)
    assert moment < first < second
    assert schedule.after(second - dt.timedelta(microseconds=1)) == second
    assert schedule.latest(second) == second
