"""What a series of outcomes asks for, without a database."""

import datetime as dt

import pytest

from incidents.signals.deciding import (
    AT_ONCE,
    Kind,
    Move,
    Outcome,
    Phase,
    Sample,
    Standing,
    Terms,
    begun,
    decide,
    decide_late,
    default_terms,
    is_storm,
    replay,
    together,
)
from tests.incidents.simulation import Simulation, pure

ZERO = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
LETTERS = {
    "g": Outcome.GOOD,
    "f": Outcome.FAILED,
    "e": Outcome.ERRORED,
    "n": Outcome.NO_DATA,
    "u": Outcome.UNCLEAR,
}


def at(hour: int) -> dt.datetime:
    return ZERO + dt.timedelta(hours=hour)


def series(said: str) -> list[Sample]:
    return [Sample(at(i), LETTERS[letter]) for i, letter in enumerate(said)]


def episodes(said: str, kind: Kind = Kind.FAILED, terms: Terms | None = None) -> list[str]:
    found = replay(series(said), kind, terms or Terms())
    return [
        f"{int((e.opened_at - ZERO).total_seconds() // 3600)}"
        + ("" if e.recovered_at is None else f"-{int((e.recovered_at - ZERO).seconds // 3600)}")
        + "r" * e.returns
        for e in found
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("gfgfgggggg", []),
        ("fggggfgggg", []),
        ("gfgfgf", ["5"]),
        ("fff", ["2"]),
        ("fffgggggg", ["2-8"]),
        ("fffgggggf", ["2"]),
        ("fffgggggugggggg", ["2-14"]),
        ("fffggggggfff", ["2r"]),
        ("fffgggggg" + "g" * 12 + "ff", ["2-8"]),
        ("feffn", ["3"]),
        ("fffeeeeee", ["2"]),
        ("uuuuu", []),
    ],
)
def test_three_of_five_open_six_good_recover_and_a_day_reopens(
    said: str, expected: list[str]
) -> None:
    assert episodes(said) == expected


def test_what_comes_back_after_a_day_is_another_incident() -> None:
    assert episodes("fffgggggg" + "g" * 24 + "fff", terms=Terms()) == ["2-8", "35"]


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        ("eee", Kind.FAILED, []),
        ("eee", Kind.ERRORED, ["2"]),
        ("nnn", Kind.ERRORED, []),
        ("nnn", Kind.NO_DATA, ["2"]),
        ("enene", Kind.NO_DATA, []),
        ("eeeffffff", Kind.ERRORED, ["2-8"]),
    ],
)
def test_errors_and_missing_data_are_series_of_their_own(
    said: str, kind: Kind, expected: list[str]
) -> None:
    assert episodes(said, kind) == expected


@pytest.mark.parametrize("family", ["security", "privacy"])
def test_security_and_privacy_open_at_the_first_failure(family: str) -> None:
    assert default_terms(family, Kind.FAILED) == AT_ONCE
    assert default_terms(family, Kind.ERRORED) == Terms()
    assert default_terms("drift", Kind.FAILED) == Terms()


def test_what_was_judged_before_the_repair_counts_no_more() -> None:
    repaired = Standing(Phase.RECOVERING, at(3))
    assert decide(series("ffffff"), Kind.FAILED, Terms(), repaired) == Move.NOTHING
    assert decide(series("fffffff"), Kind.FAILED, Terms(), repaired) == Move.REOPEN


def test_a_late_failure_counts_for_the_moments_that_were_judged_already() -> None:
    move, sample = decide_late(series("fffgg"), at(0), Kind.FAILED, Terms(), Standing())
    assert (move, sample and sample.at) == (Move.OPEN, at(2))
    move, _sample = decide_late(series("fgfgg"), at(0), Kind.FAILED, Terms(), Standing())
    assert move == Move.NOTHING
    ongoing = Standing(Phase.ONGOING)
    move, _sample = decide_late(series("ggggggf"), at(5), Kind.FAILED, Terms(), ongoing)
    assert move == Move.NOTHING


def test_a_moment_that_several_checks_judge_is_as_bad_as_the_worst() -> None:
    assert together([Outcome.GOOD, Outcome.FAILED], Kind.FAILED) == Outcome.FAILED
    assert together([Outcome.GOOD, Outcome.UNCLEAR], Kind.FAILED) == Outcome.UNCLEAR
    assert together([Outcome.ERRORED, Outcome.FAILED], Kind.ERRORED) == Outcome.ERRORED
    assert together([], Kind.FAILED) is None


def test_an_incident_began_with_the_first_failure_that_was_counted() -> None:
    told = series("fgggggfgff")
    assert begun(told, told[-1], Kind.FAILED, Terms()) == at(6)


def test_the_fourth_incident_of_an_hour_is_a_storm() -> None:
    assert not is_storm([at(0), at(5), at(5)], at(5), 3)
    assert is_storm([at(5), at(5), at(5)], at(5), 3)


def test_the_simulation_of_the_research_opens_the_real_episodes_and_no_noise() -> None:
    found = pure(Simulation())
    assert abs(found.opened - 40) <= 2
    assert (found.noise, found.missed) == (0, 0)
    assert found.delay_hours == 3
