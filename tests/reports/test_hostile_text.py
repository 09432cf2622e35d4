"""Whatever people write into records is printed as words, or not at all."""

import copy
import io
import re
import shutil
import subprocess
from html.parser import HTMLParser
from typing import Any

import pikepdf
import pytest

from reports.printing import print_snapshot
from reports.templatetags.report import PRINTED_CHARACTERS
from tests.reports.snapshots import as_html, snapshot

CORPUS = (
    "<script>alert(1)</script>",
    '<img src="file:///etc/passwd" onerror="alert(1)">',
    '<img src="http://169.254.169.254/latest/meta-data/">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<a rel="attachment" href="file:///etc/hostname">take it</a>',
    "<style>@import url(http://10.0.0.1/x.css); @page { size: 10mm 10mm }</style>",
    '<p style="position:fixed;width:100000px;columns:100000">cover all</p>',
    '<svg><image href="http://127.0.0.1:1/"/><use href="#a"/></svg>',
    '<object data="file:///etc/shadow"></object><embed src="//evil.invalid/x.svg">',
    '<iframe src="http://127.0.0.1/"></iframe><base href="http://evil.invalid/">',
    '<table><tr><td colspan="65534" rowspan="65534">wide</td></tr></table>',
    '<meta http-equiv="refresh" content="0;url=http://evil.invalid">',
    "![image](file:///etc/passwd) ![web](http://127.0.0.1/x.png)",
    "[click](javascript:alert(1)) [file](file:///etc/passwd) [data](data:text/html,x)",
    "</section></body></html><h1>forged</h1>",
    "{{ settings.SECRET_KEY }} {% include 'base.html' %}",
    "\u202egnp.exe \u0000\u0007 \ud800"[:-1],
    ' font-family="sans-serif" asset:print.css',
)


def hostile(text: str) -> Any:
    """A snapshot that carries `text` wherever a person may write."""
    found = copy.deepcopy(snapshot(answered=72, evidence=2))
    return _spoil(found, text)


def _spoil(part: Any, text: str) -> Any:
    if isinstance(part, dict):
        return {k: v if k in KEPT else _spoil(v, text) for k, v in part.items()}
    if isinstance(part, list):
        return [_spoil(item, text) for item in part]
    if isinstance(part, str) and not re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", part):
        return f"{part} {text}"
    return part


# What no person writes: keys, states, digests.
KEPT = frozenset(
    {"schema", "language", "definition", "kind", "anchor", "run_anchor", "key", "verdict", "state"}
    | {"digest", "root", "key_id", "original_digest", "dataset_digest", "reference_digest"}
)


class Markup(HTMLParser):
    """What a browser would see: elements and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


ADDRESSES = ("#", "asset:", "https:", "http:", "mailto:")


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_no_hostile_text_becomes_markup_or_an_address(text) -> None:
    clean, seen = Markup(as_html(snapshot(answered=72, evidence=2))), Markup(as_html(hostile(text)))
    assert set(seen.tags) - set(clean.tags) <= {"a", "hr", "br"}
    assert seen.tags.count("h1") == 1
    assert {name for name, _ in seen.attributes} - {n for n, _ in clean.attributes} <= {"title"}
    for name, value in seen.attributes:
        assert name not in {"href", "src"} or value.startswith(ADDRESSES)


@pytest.mark.slow
def test_the_whole_corpus_at_once_is_printed_and_fetches_nothing() -> None:
    found = hostile("\n\n".join(CORPUS[:-2]))
    found["functions"] = found["functions"][3:]
    del found["functions"][0]["categories"][1:]
    made = print_snapshot(found)
    assert made.blocked == ()
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert len(pdf.attachments) == 3
        uris = {
            str(o.URI) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/URI" in o
        }
        assert all(uri.startswith(("http://", "https://", "mailto:")) for uri in uris)


@pytest.mark.slow
def test_a_word_of_two_million_characters_is_cut_in_print_and_kept_in_the_snapshot() -> None:
    found = snapshot(answered=3, evidence=1)
    found["functions"][0]["categories"][0]["answers"][0].update(answered=True, text="x" * 2_000_000)
    assert len(as_html(found)) < 400_000
    made = print_snapshot(found)
    assert made.cpu_seconds < 40
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert b"x" * 2_000_000 in pdf.attachments["snapshot.json"].get_file().read_bytes()


def test_a_cut_text_says_that_it_was_cut_and_where_the_rest_is() -> None:
    found = snapshot(answered=72)
    found["functions"][0]["categories"][0]["answers"][0]["text"] = "word " * PRINTED_CHARACTERS
    assert "the embedded snapshot hold all 100,000 characters" in as_html(found)


@pytest.mark.slow
def test_a_table_of_thousands_of_cells_in_an_answer_is_printed_or_refused_by_a_limit() -> None:
    wide = "|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n|" + "b|" * 500
    long = "|a|b|\n|-|-|\n" + "|1|2|\n" * 1500
    found = snapshot(answered=72, evidence=1)
    found["functions"] = found["functions"][:1]
    answers = found["functions"][0]["categories"][0]["answers"]
    answers[0]["text"], answers[1]["text"] = wide, long
    made = print_snapshot(found)
    assert made.pages > 15


@pytest.mark.slow
def test_words_of_other_alphabets_are_printed_as_text() -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is missing: install poppler-utils to check the printed words")
    found = snapshot(answered=1, evidence=1)
    found["system"]["purpose"] = "Ελληνικά Кириллица Größe naïve œuvre"
    made = print_snapshot(found)
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=made.pdf, capture_output=True, check=True
    ).stdout.decode()
    assert "Ελληνικά Кириллица Größe naïve œuvre" in text
