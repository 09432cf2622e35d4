"""Pictures: readable XML, no ids, no strangers' markup, the same bytes each time."""

import datetime as dt
import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import charts
from charts.scales import Limit, Scale, fit, limit_levels, short, spread_text, tick_texts
from charts.svg import TEXT

SVG = "{http://www.w3.org/2000/svg}"
NAN, INF = math.nan, math.inf
EVIL = '</title><script>alert(1)</script>"&\x00\x08\ufffe'

numbers = st.one_of(st.none(), st.floats(width=32), st.sampled_from([NAN, INF, -INF, 0.0, -0.0]))
words = st.text(max_size=40)
limits = st.lists(st.builds(Limit, st.floats(width=32), words), max_size=4)
counts = st.integers(0, 10**9)

PICTURES: dict[str, Callable[..., str]] = {
    "interval_plot": charts.interval_plot,
    "bar_list": charts.bar_list,
    "histogram_pair": charts.histogram_pair,
    "reliability_curve": charts.reliability_curve,
    "trend_line": charts.trend_line,
    "progress_by_function": charts.progress_by_function,
}


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own output is what is under test


def check(svg: str) -> ElementTree.Element:
    """What holds for every picture."""
    root = parse(svg)
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    _x, _y, width, height = (float(v) for v in (root.get("viewBox") or "").split())
    for element in root.iter():
        assert not set(element.attrib) & {"id", "style", "href"}
        assert not any(name.startswith("on") for name in element.attrib)
        for name in ("x", "y", "width", "height"):
            if (value := element.get(name)) is not None:
                assert math.isfinite(float(value))
        if element.tag == f"{SVG}text":
            assert float(element.get("font-size", "0")) == TEXT
            assert -1 <= float(element.get("x", "0")) <= width + 1
            assert 0 <= float(element.get("y", "0")) <= height + 1
        for number in re.findall(r"-?\d[\d.e+]*", element.get("d") or ""):
            assert math.isfinite(float(number))
    return root


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_nothing_to_draw_is_a_picture_that_says_so(name: str) -> None:
    root = check(PICTURES[name]([], title="Empty"))
    text = [element.text for element in root.iter(f"{SVG}text")]
    assert len(text) == 1
    assert text[0]


@pytest.mark.parametrize(
    "svg",
    [
        charts.interval_plot([charts.IntervalRow(EVIL, 0.5, 0.4, 0.6, 3, EVIL)], title=EVIL),
        charts.bar_list([charts.Bar(EVIL, 1, EVIL)], title=EVIL, limits=[Limit(1, EVIL)]),
        charts.histogram_pair([charts.BinShares(EVIL, 0.1, 0.2)], title=EVIL, current_label=EVIL),
        charts.reliability_curve([charts.ReliabilityBin(0.1, 0.2, 3)], title=EVIL),
        charts.trend_line([charts.TrendPoint(EVIL, 1)], title=EVIL, limits=[Limit(1, EVIL)]),
        charts.progress_by_function([charts.FunctionProgress(EVIL, 1, 2)], title=EVIL),
    ],
)
def test_hostile_labels_stay_text(svg: str) -> None:
    root = check(svg)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in svg


@given(
    st.lists(st.builds(charts.IntervalRow, words, numbers, numbers, numbers, counts), max_size=6),
    limits,
)
def test_any_estimates_give_a_readable_picture(
    rows: list[charts.IntervalRow], bounds: list[Limit]
) -> None:
    svg = charts.interval_plot(rows, title="t", limits=bounds)
    check(svg)
    assert svg == charts.interval_plot(rows, title="t", limits=bounds)


@given(st.lists(st.builds(charts.Bar, words, numbers), max_size=6), limits)
def test_any_bars_give_a_readable_picture(bars: list[charts.Bar], bounds: list[Limit]) -> None:
    check(charts.bar_list(bars, title="t", limits=bounds))


shares = st.one_of(st.none(), st.floats(0, 1), st.just(NAN))


@given(st.lists(st.builds(charts.BinShares, words, shares, shares), max_size=60))
def test_any_shares_give_a_readable_picture(bins: list[charts.BinShares]) -> None:
    check(charts.histogram_pair(bins, title="t"))


@given(
    st.lists(st.builds(charts.ReliabilityBin, shares, shares, counts, shares, shares), max_size=12)
)
def test_any_bins_give_a_readable_picture(bins: list[charts.ReliabilityBin]) -> None:
    check(charts.reliability_curve(bins, title="t"))


@given(
    st.lists(st.builds(charts.TrendPoint, words, numbers, numbers, numbers), max_size=8),
    limits,
    st.booleans(),
)
def test_any_values_in_time_give_a_readable_picture(
    points: list[charts.TrendPoint], bounds: list[Limit], zero: bool
) -> None:
    check(charts.trend_line(points, title="t", limits=bounds, zero=zero))


def test_a_missing_estimate_says_so_in_its_row() -> None:
    svg = charts.interval_plot(
        [charts.IntervalRow("a", 0.5, 0.4, 0.6), charts.IntervalRow("b", NAN)], title="t"
    )
    assert "not computed" in svg


def test_the_verdict_colours_the_estimate_by_class_and_on_paper() -> None:
    svg = charts.interval_plot([charts.IntervalRow("a", 0.5, state="fail")], title="t")
    assert 'class="c-fail" fill="#a3202a"' in svg


def test_a_gap_in_time_breaks_the_line() -> None:
    values = [1.0, 2.0, None, 3.0, 4.0]
    points = [charts.TrendPoint(str(i), v) for i, v in enumerate(values)]
    svg = charts.trend_line(points, title="t")
    assert svg.count('stroke-width="1.5"') == 2


def test_bars_are_as_long_as_their_values() -> None:
    root = parse(charts.bar_list([charts.Bar("a", 2.0), charts.Bar("b", 1.0)], title="t"))
    long, short_one = (float(r.get("width", "0")) for r in root.iter(f"{SVG}rect"))
    assert long == pytest.approx(2 * short_one, abs=0.02)


def test_progress_never_runs_over_its_total() -> None:
    root = parse(charts.progress_by_function([charts.FunctionProgress("MAP", 30, 18)], title="t"))
    outline, filled = (float(r.get("width", "0")) for r in root.iter(f"{SVG}rect"))
    assert outline == filled


def test_two_limits_close_together_get_their_own_lines() -> None:
    across = Scale(0, 1, 0, 600)
    assert limit_levels([Limit(0.5, "warn"), Limit(0.51, "fail")], across) == [0, 1]
    assert limit_levels([Limit(0.1, "warn"), Limit(0.9, "fail")], across) == [0, 0]


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_round_few_and_inside(low: float, width: float) -> None:
    scale = Scale(low, low + width, 0, 100)
    if scale.high <= scale.low:
        return
    ticks = scale.ticks(5)
    assert len(ticks) <= 7
    assert all(low - width * 1e-6 - 1e-6 <= t <= low + width * (1 + 1e-6) + 1e-6 for t in ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.8, "0.8"),
        (0.31415, "0.314"),
        (12.345, "12.3"),
        (1204, "1,204"),
        (1e-5, "1.0e-05"),
    ],
)
def test_values_read_short(value: float, text: str) -> None:
    assert short(value) == text


def test_ticks_share_their_decimals() -> None:
    assert tick_texts([0.75, 0.8, 0.85]) == ["0.75", "0.80", "0.85"]


def test_an_interval_shows_as_many_decimals_as_it_carries() -> None:
    assert spread_text(0.871, 0.842, 0.896) == "0.87 (0.84–0.90)"
    assert spread_text(0.87143, 0.8711, 0.8719) == "0.8714 (0.8711–0.8719)"


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=5), st.booleans())
def test_a_domain_holds_all_its_values(values: list[float], zero: bool) -> None:
    low, high = fit(values, zero=zero)
    assert low < high
    assert low <= min(values)
    assert high >= max(values)


LANES = ["Good", "Failed", EVIL]
TOLD = st.builds(
    charts.Told, words, st.sampled_from([*LANES, "Unknown"]), words, st.sampled_from(["", EVIL])
)


@given(st.lists(TOLD, max_size=8))
def test_outcomes_in_lanes_are_readable_whatever_they_are_called(told: list[charts.Told]) -> None:
    picture = check(charts.outcome_lanes(told, lanes=LANES, title=EVIL))
    assert len(picture.findall(f"{SVG}path")) >= len(told)


_NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
_moments = st.integers(0, 10**8).map(lambda seconds: _NOW + dt.timedelta(seconds=seconds))


@given(
    st.lists(st.builds(charts.Happening, _moments, words), max_size=8),
    st.lists(st.builds(charts.Happening, _moments, st.just("")), max_size=8),
)
def test_any_moments_give_a_readable_picture_inside_its_edges(
    named: list[charts.Happening], marks: list[charts.Happening]
) -> None:
    svg = charts.moment_line(named, marks, title="t")
    root = check(svg)
    assert svg == charts.moment_line(named, marks, title="t")
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= 640
    assert "<script" not in charts.moment_line([charts.Happening(_NOW, EVIL)], title=EVIL)
