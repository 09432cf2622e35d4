"""The printed file: the same bytes each time, archival, accessible, complete."""

import io
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise

import pikepdf
import pytest

from ledger.canonical import canonical
from reports.document import digest_of
from reports.oscal import document
from reports.printing import print_snapshot
from reports.wording import answers_of, verdict_sentence
from tests.reports.snapshots import as_html, snapshot

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pdf(printed):
    with pikepdf.open(io.BytesIO(printed.pdf)) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(printed, tmp_path_factory) -> list[str]:
    """The text of every page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is missing: install poppler-utils to check the printed words")
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(printed.pdf)
    found = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return found.stdout.decode().rstrip("\f").split("\f")


def elements(node) -> Iterator[pikepdf.Dictionary]:
    """The structure tree in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from elements(node.get("/K", pikepdf.Array()))


def names(pdf) -> list[str]:
    return [str(e.S) for e in elements(pdf.Root.StructTreeRoot.K)]


def test_the_same_snapshot_gives_the_same_bytes_in_another_process(
    monkeypatch, settings, tmp_path
) -> None:
    made = []
    for seed in ("1", "424242"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        settings.REPORT_PARTS = tmp_path / seed
        made.append(print_snapshot(small()).pdf)
        time.sleep(1.1)  # a time of day that leaked into the file would show
    assert made[0] == made[1]


def small():
    """The same system with the answers of one function."""
    found = snapshot(answered=4, evidence=2)
    return {**found, "functions": found["functions"][3:]}


def test_nothing_was_asked_for_that_was_not_given(printed) -> None:
    assert printed.blocked == ()


def test_the_file_says_that_it_is_pdf_a_3a_and_pdf_ua_1(pdf) -> None:
    with pdf.open_metadata() as xmp:
        assert xmp["pdfaid:part"] == "3"
        assert xmp["pdfaid:conformance"] == "A"
        assert xmp["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"


def test_the_file_is_tagged_named_and_in_a_language(pdf, frozen) -> None:
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "en"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert frozen["system"]["name"] in str(pdf.docinfo["/Title"])
    assert "/StructTreeRoot" in pdf.Root


def test_every_figure_has_a_description_and_every_chart_is_a_figure(pdf, frozen) -> None:
    figures = [e for e in elements(pdf.Root.StructTreeRoot.K) if str(e.S) == "/Figure"]
    charts = sum(len(run["charts"]) for run in frozen["runs"]) + 1
    assert len(figures) == charts
    assert all(str(f.get("/Alt", "")).strip() for f in figures)


def test_every_table_has_header_cells_that_say_what_they_head(pdf) -> None:
    tree = list(elements(pdf.Root.StructTreeRoot.K))
    heads = [e for e in tree if str(e.S) == "/TH"]
    assert len(heads) > 30
    assert all(str(h.A.Scope) in {"/Column", "/Row"} for h in heads)
    for table in (e for e in tree if str(e.S) == "/Table"):
        assert any(str(e.S) == "/TH" for e in elements(table.K))


def test_headings_go_down_one_level_at_a_time(pdf) -> None:
    levels = [int(n[2:]) for n in names(pdf) if n[:2] == "/H" and n[2:].isdigit()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_all_fonts_are_embedded(pdf) -> None:
    descriptors = [
        o
        for o in pdf.objects
        if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(d.keys()) for d in descriptors)


def test_every_link_inside_the_document_leads_somewhere(pdf) -> None:
    tree = pdf.Root.Names.Dests.Names
    known = {str(tree[i]) for i in range(0, len(tree), 2)}
    links = [a for p in pdf.pages for a in p.get("/Annots", [])]
    wanted = {str(a.Dest) for a in links if isinstance(a.get("/Dest"), pikepdf.String)}
    assert len(wanted) >= 12
    assert wanted <= known


def test_the_bookmarks_name_all_sections(pdf) -> None:
    with pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert titles[:3] == ["Contents", "Summary", "The system and its model versions"]
        assert len(outline.root) == 10


def test_the_snapshot_and_the_checkpoint_are_embedded_as_they_were(pdf, frozen) -> None:
    body = pdf.attachments["snapshot.json"].get_file().read_bytes()
    assert body == canonical(frozen)
    assert json.loads(body) == frozen
    note = pdf.attachments["checkpoint.txt"].get_file().read_bytes().decode()
    assert note == frozen["checkpoint"]["note"]
    results = json.loads(pdf.attachments["assessment-results.oscal.json"].get_file().read_bytes())
    assert results == document("assessment-results", frozen)
    assert {str(f.AFRelationship) for f in pdf.Root.AF} == {"/Source", "/Data"}


def test_the_file_runs_nothing(pdf) -> None:
    assert not {"/OpenAction", "/AA"} & set(pdf.Root.keys())
    kinds = {str(o.S) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o}
    assert not {"/JavaScript", "/Launch", "/GoToR", "/SubmitForm", "/ImportData"} & kinds


def test_all_72_subcategories_are_printed_and_open_ones_say_so(pages, frozen) -> None:
    text = "\n".join(pages)
    answers = answers_of(frozen)
    assert len(answers) == 72
    assert [a["key"] for a in answers if f"{a['key']} " not in text] == []
    open_ones = sum(1 for a in answers if not a["answered"])
    assert text.count("Not answered\n") >= open_ones


def test_the_verdict_stands_on_the_cover_and_first_in_the_summary(pages, frozen) -> None:
    verdict = verdict_sentence(frozen)
    assert "1 incident is open" in verdict
    assert "32 of 72 subcategories are not answered" in verdict
    assert verdict in " ".join(pages[0].split())
    assert verdict in " ".join(pages[2].split())


def test_the_ledger_checkpoint_stands_on_the_last_page(pages, frozen) -> None:
    last = pages[-1]
    assert frozen["checkpoint"]["root"] in last
    assert str(frozen["checkpoint"]["size"]) in last
    assert "Ed25519" in last


def test_every_page_carries_the_snapshot_digest_and_its_number(pages, frozen) -> None:
    digest = digest_of(frozen)
    for number, page in enumerate(pages[1:], 2):
        assert digest in page
        assert f"Page {number} of {len(pages)}" in page


def test_the_contents_name_the_page_on_which_each_section_begins(pages) -> None:
    number = next(i for i, page in enumerate(pages, 1) if "9 Ledger checkpoint" in page and i > 2)
    line = next(line for line in pages[1].splitlines() if "Ledger checkpoint" in line)
    assert line.rstrip().endswith(f" {number}")


def test_a_system_with_nothing_on_record_is_printed_as_unknown_not_as_good() -> None:
    bare = snapshot(answered=0, evidence=0)
    bare.update(runs=[], incidents=[], card=None, versions=[], assessment=None)
    html = as_html(bare)
    assert "is not shown to be in order: no check was run; it was never assessed" in html
    assert html.count('class="answer unanswered"') == 72


def test_a_system_with_everything_answered_is_not_called_good_either() -> None:
    full = snapshot(answered=72)
    full["incidents"] = [i for i in full["incidents"] if not i["open"]]
    full["runs"] = [r for r in full["runs"] if r["verdict"] == "pass"]
    assert "Whether the answers are good enough is for the reader to judge" in verdict_sentence(
        full
    )
