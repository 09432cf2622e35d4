"""The words of the interface: badges, digests, moments, intervals, Markdown."""

import datetime as dt
import re
from html import escape
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone
from lucide import IconDoesNotExist

from web.icons import icon_svg
from web.looks import LOOKS, look_of
from web.markdown import ATTRIBUTES, TAGS

SHA = "9f2c5d4be1a07763c0ffee11d0d1e2f3a4b5c6d7e8f90123456789abcdef0123"

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)>",
    "<embed src=//x.example/x.swf>",
    "<link rel=stylesheet href=//x.example/a.css>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<style>@import url(//x.example/a.css)</style>",
    "<p style='background:url(//x.example)'>x</p>",
    "<base href=//x.example>",
    "<meta http-equiv=refresh content='0;url=//x.example'>",
    "<form action=//x.example><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x](//x.example 'a\" onmouseover=\"alert(1)')",
    "![x](https://x.example/pixel.png)",
    "![x](javascript:alert(1))",
    "![x](file:///etc/passwd)",
    "<https://x.example/\"onmouseover=alert(1)>",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "```html\"><script>alert(1)</script>\nx\n```",
    "``` \" onmouseover=alert(1)\nx\n```",
    "|<img src=x onerror=alert(1)>|b|\n|-|-|\n|<script>alert(1)</script>|d|",
    "# <script>alert(1)</script>",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<x onclick=alert(1)>x</x>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href='https://x.example' target=_blank onclick=alert(1)>x</a>",
    "<td colspan=65534>x</td>",
    "\u202e<script>alert(1)</script>",
]  # fmt: skip


# What we put around tables and code so that a keyboard can scroll them.
OURS: list[tuple[str, dict[str, str | None]]] = [
    ("div", {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": "Table"}),
    ("pre", {"tabindex": "0"}),
]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Elements()
    parser.feed(html)
    parser.close()
    return parser.found


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_leaves_only_harmless_elements(text: str) -> None:
    for tag, attrs in elements(render("{{ text|markdown }}", text=text)):
        if (tag, attrs) in OURS:
            continue
        assert tag in TAGS
        assert set(attrs) <= ATTRIBUTES.get(tag, set()) | {"rel"}
        address = attrs.get("href")
        assert address is None or re.match(r"(https?:|mailto:|//|[#/?\w])", address)
        assert not (address or "").lower().startswith(("javascript", "data", "file", "vbscript"))


def test_the_hostile_corpus_is_large_enough() -> None:
    assert len(set(HOSTILE)) >= 40


def test_markdown_keeps_tables_lists_and_weight() -> None:
    html = render("{{ text|markdown }}", text="**a**\n\n|x|y|\n|-|-|\n|1|2|\n\n- one\n")
    assert "<strong>a</strong>" in html
    assert "<td>1</td>" in html
    assert "<li>one</li>" in html


def test_markdown_headings_begin_below_those_of_the_page_and_skip_no_level() -> None:
    html = render("{{ text|markdown }}", text="# A\n\n#### B\n\n## C\n\n# D\n")
    assert re.findall(r"<(h\d)>", html) == ["h3", "h4", "h4", "h3"]


def test_tables_and_code_in_markdown_can_be_scrolled_by_keyboard() -> None:
    html = render("{{ text|markdown }}", text="|x|y|\n|-|-|\n|1|2|\n\n```\n<table><pre>\n```\n")
    assert html.count('tabindex="0"') == 2
    assert html.count("<div") == html.count("</div>") == 1


def test_a_table_written_in_html_is_a_table_and_any_other_html_stays_text() -> None:
    rows = '<tr><th colspan="2" onclick="x()"></th><td rowspan="9999">1 < 2<br/>a</td></tr>'
    html = render("{{ text|markdown }}", text=f"Text\n<table>\n\n{rows}\n</table>\n\n**after**")
    assert '<td colspan="2"></td><td>1 &lt; 2<br>a</td>' in html
    assert "<strong>after</strong>" in html
    for other in ("<table><tr><td><img src=x></td></tr></table>", "<table><tr><td>", "<b>x</b>"):
        shown = render("{{ text|markdown }}", text=f"{other}\n\nafter")
        assert f"<p>{escape(other)}</p>" in shown


def test_markdown_of_nothing_is_nothing() -> None:
    assert render("{{ text|markdown }}", text=None) == ""


def test_links_to_strangers_tell_them_nothing() -> None:
    html = render("{{ text|markdown }}", text="[x](https://x.example/)")
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize("name", sorted(LOOKS))
def test_every_state_has_an_icon_and_a_word(name: str) -> None:
    html = render("{% state name %}", name=name)
    assert "<svg" in html
    assert re.search(r"<span>(<s>)?\w", html)


@pytest.mark.parametrize("value", ["", None])
def test_no_state_is_unknown_and_never_a_pass(value: str | None) -> None:
    assert "Unknown" in render("{% state value %}", value=value)


def test_a_state_that_nobody_listed_shows_its_own_name() -> None:
    assert "Half baked" in render('{% state "half_baked" %}')
    assert look_of("half_baked").tone == "flow"


def test_a_state_escapes_what_it_is_given() -> None:
    assert "<b>" not in render("{% state value %}", value="<b>x</b>")
    assert "<b>" not in render("{% state 'pass' value %}", value="<b>x</b>")


def test_a_stale_pass_carries_the_hourglass_and_its_word() -> None:
    assert "stale" in render('{% state "pass" stale=True %}')


def test_an_expired_state_is_struck_through() -> None:
    assert "<s>Expired</s>" in render('{% state "expired" %}')


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in render('{% icon "lock" %}')
    assert 'width="20"' in render('{% icon "lock" 20 %}')


def test_an_icon_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(IconDoesNotExist):
        icon_svg("no-such-icon-anywhere")


def test_a_digest_shows_twelve_characters_and_keeps_the_rest_in_the_title() -> None:
    html = render("{% digest value %}", value=SHA)
    assert f'title="{SHA}"' in html
    assert f">{SHA[:12]}…<" in html


def test_no_digest_is_a_dash() -> None:
    assert render("{% digest value %}", value=None) == "—"


def test_a_moment_names_its_zone_and_keeps_utc() -> None:
    moment = dt.datetime(2026, 11, 23, 23, 30, tzinfo=dt.UTC)
    with timezone.override(dt.timezone(dt.timedelta(hours=1), "CET")):
        html = render("{% when value %}", value=moment)
    assert 'datetime="2026-11-23T23:30:00Z"' in html
    assert "24 Nov 2026 00:30 CET" in html
    assert 'title="2026-11-23 23:30:00 UTC"' in html


def test_a_day_has_no_hour() -> None:
    html = render("{% when value %}", value=dt.date(2026, 2, 3))
    assert html == '<time datetime="2026-02-03">3 Feb 2026</time>'


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((0.871, 0.842, 0.896, 1204), "0.87 (0.84–0.90), n 1,204"),
        ((0.87143, 0.8711, 0.8719, None), "0.8714 (0.8711–0.8719)"),
        ((0.31, None, None, 25), "0.31, n 25"),
        ((None, 0.1, 0.2, 3), "not computed"),
        ((float("nan"), 0.1, 0.2, 3), "not computed"),
        ((0.5, float("-inf"), float("inf"), None), "0.50"),
        ((-0.0001, -0.3, 0.3, None), "0.00 (-0.30–0.30)"),
    ],
)
def test_an_interval_reads_estimate_limits_and_count(values: tuple[Any, ...], text: str) -> None:
    context = dict(zip(("e", "low", "high", "n"), values, strict=True))
    assert render("{% interval e low high n %}", **context) == text


def test_an_interval_takes_the_digits_that_it_is_given() -> None:
    assert render("{% interval 0.5 0.4 0.6 digits=3 %}") == "0.500 (0.400–0.600)"


def test_a_person_is_a_name_with_the_address_behind_it() -> None:
    class Somebody(SimpleNamespace):
        def __str__(self) -> str:
            return "Ada <b>"

    html = render("{% person user %}", user=Somebody(email="ada@x.example"))
    assert html == '<span class="person" title="ada@x.example">Ada &lt;b&gt;</span>'
    assert "nobody" in render("{% person user %}", user=None)


def test_a_meter_says_its_numbers_in_words() -> None:
    html = render('{% meter 40 1200 "Answered" %}')
    assert 'aria-label="Answered: 40 of 1,200"' in html
    assert 'max="1200" value="40"' in html


def test_a_meter_of_nothing_does_not_break() -> None:
    assert 'max="1" value="0"' in render('{% meter 0 0 "Answered" %}')


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 0.874|percent }}", "87\u00a0%"),
        ("{{ 0.874|percent:1 }}", "87.4\u00a0%"),
        ("{{ None|percent }}", "—"),
        ("{{ 1204|thousands }}", "1,204"),
        ("{{ 'x'|thousands }}", "—"),
        ("{{ 0.31415|decimals:3 }}", "0.314"),
        ("{{ 1536|bytes_size }}", "1.5 KB"),
        ("{{ 12|bytes_size }}", "12 bytes"),
        ("{{ 3221225472|bytes_size }}", "3.0 GB"),
    ],
)
def test_filters_write_numbers_the_same_way_everywhere(source: str, text: str) -> None:
    assert render(source) == text


def test_a_query_keeps_what_it_does_not_replace() -> None:
    request = RequestFactory().get("/", {"q": "a b", "page": "3", "format": "csv"})
    html = render("{% query_replace page=4 format=None %}", request=request)
    assert html == "?q=a+b&amp;page=4"
