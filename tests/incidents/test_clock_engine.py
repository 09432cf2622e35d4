"""Deadlines: start fact, length, business days, clocks that change, months."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incidents.clocks.engine import NotStarted, add_months, business_day, due, reminders
from incidents.clocks.rules import RuleError, calendars, plain_rule, rule_from, rules

AT = dt.datetime(2026, 10, 23, 14, 30, tzinfo=dt.UTC)  # a Friday; Europe leaves summer time on 25

# Every rule with the fact it starts from and the deadline that a person worked out for it.
KNOWN = {
    "eu-ai-act-73-2": ("aware", "2026-11-07 16:30 Europe/Brussels"),
    "eu-ai-act-73-3": ("aware", "2026-10-25 16:30 Europe/Brussels"),
    "eu-ai-act-73-4": ("aware", "2026-11-02 16:30 Europe/Brussels"),
    "eu-gpai-infrastructure": ("aware", "2026-10-25 16:30 Europe/Brussels"),
    "eu-gpai-cyber": ("aware", "2026-10-28 16:30 Europe/Brussels"),
    "eu-gpai-death": ("aware", "2026-11-02 16:30 Europe/Brussels"),
    "eu-gpai-harm": ("aware", "2026-11-07 16:30 Europe/Brussels"),
    "eu-gpai-final": ("resolved", "2026-12-22 16:30 Europe/Brussels"),
    "eu-gdpr-33": ("aware", "2026-10-26 14:30 UTC"),
    "eu-nis2-24h": ("aware", "2026-10-24 14:30 UTC"),
    "eu-nis2-72h": ("aware", "2026-10-26 14:30 UTC"),
    "eu-nis2-final": ("previous_sent", "2026-11-23 16:30 Europe/Brussels"),
    "eu-dora-initial": ("classified", "2026-10-23 18:30 UTC"),
    "eu-dora-intermediate": ("previous_sent", "2026-10-26 14:30 UTC"),
    "eu-dora-final": ("previous_sent", "2026-11-23 16:30 Europe/Brussels"),
    "eu-cra-24h": ("aware", "2026-10-24 14:30 UTC"),
    "eu-cra-72h": ("aware", "2026-10-26 14:30 UTC"),
    "eu-cra-final-vulnerability": ("fix_available", "2026-11-06 16:30 Europe/Brussels"),
    "eu-cra-final-incident": ("previous_sent", "2026-11-23 16:30 Europe/Brussels"),
    "eu-mdr-15d": ("aware", "2026-11-07 16:30 Europe/Brussels"),
    "eu-mdr-2d": ("aware", "2026-10-25 16:30 Europe/Brussels"),
    "eu-mdr-10d": ("aware", "2026-11-02 16:30 Europe/Brussels"),
    "us-fda-30d": ("aware", "2026-11-22 10:30 America/New_York"),
    "us-fda-5wd": ("aware", "2026-10-30 23:59:59 America/New_York"),
    "us-fda-10wd": ("aware", "2026-11-06 23:59:59 America/New_York"),
    "us-nydfs-72h": ("determined", "2026-10-26 14:30 UTC"),
    "us-nydfs-24h": ("payment", "2026-10-24 14:30 UTC"),
    "us-nydfs-30d": ("payment", "2026-11-22 10:30 America/New_York"),
    "us-sec-8k": ("material", "2026-10-29 23:59:59 America/New_York"),
    "us-nhtsa-sgo": ("aware", "2026-10-28 10:30 America/New_York"),
    "us-ca-sb53-15d": ("aware", "2026-11-07 07:30 America/Los_Angeles"),
    "us-ca-sb53-24h": ("aware", "2026-10-24 14:30 UTC"),
    "us-ny-raise-72h": ("determined", "2026-10-26 14:30 UTC"),
    "us-ny-raise-24h": ("determined", "2026-10-24 14:30 UTC"),
    "cn-cac-1h": ("aware", "2026-10-23 15:30 UTC"),
    "cn-cac-2h": ("aware", "2026-10-23 16:30 UTC"),
    "cn-cac-4h": ("aware", "2026-10-23 18:30 UTC"),
    "cn-cac-30d": ("resolved", "2026-11-22 22:30 Asia/Shanghai"),
}


def moment(text: str) -> dt.datetime:
    day, time, zone = text.split()
    return dt.datetime.fromisoformat(f"{day} {time}").replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("name", sorted(rules()))
def test_each_rule_starts_from_its_fact_and_ends_when_a_person_says(name: str) -> None:
    fact, expected = KNOWN[name]
    found = due(rules()[name], {fact: AT})
    assert found.at == moment(expected)
    assert found.start == fact
    others = dict.fromkeys(("occurred", "aware", "resolved", "payment"), AT)
    with pytest.raises(NotStarted):
        due(rules()[name], {k: v for k, v in others.items() if k not in rules()[name].starts})


def test_every_rule_is_dated_sourced_and_says_how_sure_it_is() -> None:
    for rule in rules().values():
        assert rule.source.startswith("https://")
        assert rule.certainty in "HML"
        assert rule.content
        assert (rule.verified_on is not None) == (rule.certainty == "H")
        assert rule_from(plain_rule(rule)) == rule


def test_of_two_limits_the_earlier_one_counts() -> None:
    rule = rules()["eu-dora-initial"]
    early = due(rule, {"classified": AT, "aware": AT - dt.timedelta(hours=22)})
    assert (early.start, early.at) == ("aware", AT + dt.timedelta(hours=2))
    late = due(rule, {"classified": AT, "aware": AT - dt.timedelta(hours=1)})
    assert (late.start, late.at) == ("classified", AT + dt.timedelta(hours=4))


@pytest.mark.parametrize(
    ("start", "zone"),
    [("2026-10-24 12:00", "Europe/Brussels"), ("2027-03-27 12:00", "Europe/Brussels"),
     ("2026-10-31 12:00", "America/New_York"), ("2027-03-13 12:00", "America/New_York")],
)  # fmt: skip
def test_hours_are_elapsed_hours_and_days_keep_their_local_time_when_clocks_change(
    start: str, zone: str
) -> None:
    at = moment(f"{start} {zone}")
    assert due(rules()["eu-gdpr-33"], {"aware": at}, zone).at - at.astimezone(dt.UTC) == (
        dt.timedelta(hours=72)
    )
    end = due(rules()["eu-ai-act-73-3"], {"aware": at}, zone).at
    assert end.astimezone(ZoneInfo(zone)).time() == at.time()
    assert (end - at.astimezone(dt.UTC)) in (dt.timedelta(hours=47), dt.timedelta(hours=49))


def test_a_month_ends_on_the_same_day_or_the_last_of_a_shorter_month() -> None:
    assert add_months(dt.date(2027, 1, 31), 1) == dt.date(2027, 2, 28)
    assert add_months(dt.date(2028, 1, 31), 1) == dt.date(2028, 2, 29)
    assert add_months(dt.date(2026, 12, 15), 1) == dt.date(2027, 1, 15)


def test_business_days_skip_weekends_and_holidays_and_not_the_first_day() -> None:
    american = calendars()["us-federal"]
    assert business_day(dt.date(2026, 11, 25), 1, american) == dt.date(2026, 11, 27)
    assert business_day(dt.date(2026, 11, 21), 1, american) == dt.date(2026, 11, 23)
    assert business_day(dt.date(2027, 12, 23), 4, american) == dt.date(2027, 12, 30)


def test_the_lenient_reading_is_later_and_ends_on_a_working_day() -> None:
    found = due(rules()["eu-ai-act-73-3"], {"aware": AT})
    assert found.lenient == moment("2026-10-27 23:59:59 Europe/Brussels")
    assert due(rules()["eu-gdpr-33"], {"aware": AT}).lenient is None


def test_a_day_beyond_the_calendar_is_flagged() -> None:
    late = dt.datetime(2028, 12, 29, 12, tzinfo=dt.UTC)
    assert due(rules()["us-sec-8k"], {"material": late}).cautions == ("calendar_ends",)
    assert not due(rules()["us-sec-8k"], {"material": AT}).cautions


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(sorted(rules())),
    st.integers(0, 73 * 365 * 24 * 60).map(lambda minutes: AT + dt.timedelta(minutes=minutes)),
    st.integers(0, 10**6),
)
def test_a_later_start_never_gives_an_earlier_deadline(name: str, at: Any, seconds: int) -> None:
    rule, later = rules()[name], at + dt.timedelta(seconds=seconds)
    # Days are counted by the wall clock, which tells one hour of the autumn twice.
    wall = [moment.astimezone(ZoneInfo(rule.zone)).replace(tzinfo=None) for moment in (at, later)]
    assume(wall[0] <= wall[1])
    first = due(rule, {rule.starts[0]: at})
    second = due(rule, {rule.starts[0]: later})
    assert at < first.at <= second.at
    assert first.lenient is None or first.lenient >= first.at


def test_a_rule_that_says_nonsense_is_not_loaded() -> None:
    row = plain_rule(rules()["eu-gdpr-33"])
    for wrong in (
        {"zone": "Europe/Nowhere"},
        {"certainty": "sure"},
        {"limits": [{"start": "aware", "length": 0, "unit": "hour"}]},
        {"limits": [{"start": "guess", "length": 1, "unit": "hour"}]},
        {"limits": []},
        {"text_date": "soon"},
    ):
        with pytest.raises(RuleError):
            rule_from({**row, **wrong})


def test_reminders_come_half_way_near_the_end_and_at_the_end() -> None:
    end = AT + dt.timedelta(hours=10)
    names = {name: (at - AT) / dt.timedelta(hours=1) for name, at in reminders(end, AT)}
    assert names == {"half": 5, "near": 8, "due": 10}
