"""A document may exhaust its own process, never the worker, and the reason is told."""

import time
from pathlib import Path

import pytest

from reports.messages import PANGO_COMMAND, sentence
from reports.pdf.job import MIB, Limits, RenderError, RenderJob
from reports.pdf.parent import render

pytestmark = pytest.mark.slow

HEAD = '<!doctype html><html lang="en"><head><title>t</title></head><body>'
FLEX = '<div style="display:flex">' * 12 + "deep" + "</div>" * 12
NO_PANGO = Path(__file__).parent / "no_pango"


def job(body: str, **limits) -> RenderJob:
    return RenderJob(HEAD + body, "2026-11-23T18:00:00Z", limits=Limits(**limits))


def code_of(made: RenderJob) -> str:
    with pytest.raises(RenderError) as caught:
        render(made)
    return caught.value.code


def test_a_document_that_needs_too_much_computing_is_ended_by_its_cpu_limit() -> None:
    assert code_of(job(FLEX, cpu_seconds=3)) == "cpu"


def test_a_document_that_takes_too_long_is_ended_by_the_clock() -> None:
    started = time.monotonic()
    assert code_of(job(FLEX, wall_seconds=1.0)) == "time"
    assert time.monotonic() - started < 60


def test_a_document_that_needs_too_much_memory_is_ended_by_its_memory_limit() -> None:
    rows = "<p>" + "word " * 40 + "</p>"
    assert code_of(job(rows * 4000, memory_bytes=260 * MIB)) == "memory"


def test_a_document_with_too_many_pages_is_refused() -> None:
    pages = '<p style="break-after:page">page</p>' * 8
    assert code_of(job(pages, pages=5)) == "too-many-pages"


def test_a_document_that_is_too_large_never_reaches_the_child() -> None:
    assert code_of(job("x" * 2000, html_bytes=1000)) == "too-large"


def test_a_machine_without_pango_is_told_the_command_that_installs_it(monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(NO_PANGO))
    assert code_of(job("<p>text</p>")) == "pango-missing"
    assert PANGO_COMMAND in sentence("pango-missing")


def test_every_failure_has_a_sentence_that_says_what_to_do() -> None:
    codes = ("memory", "cpu", "time", "too-large", "too-many-pages", "broken", "crashed")
    assert all(sentence(code).endswith(".") for code in codes)


def test_no_secret_of_the_application_reaches_the_child(monkeypatch, tmp_path) -> None:
    spy = tmp_path / "sitecustomize.py"
    seen = tmp_path / "seen"
    spy.write_text(f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("ASSAY_SECRET_KEY", "hunter2")
    render(job("<p>text</p>"))
    assert "hunter2" not in seen.read_text()


def test_what_the_beat_raises_ends_the_child_and_passes_through() -> None:
    class Lost(Exception):
        pass

    def beat(seconds: float) -> None:
        raise Lost

    started = time.monotonic()
    with pytest.raises(Lost):
        render(job(FLEX, cpu_seconds=60), beat)
    assert time.monotonic() - started < 60
