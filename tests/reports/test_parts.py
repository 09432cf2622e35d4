"""A report in parts: kept, laid out anew where something changed, joined into the same bytes."""

import copy
import io

import pikepdf
import pytest

from reports.messages import sentence
from reports.parts import body_plans
from reports.pdf import pool
from reports.pdf.job import Limits, RenderError, RenderJob
from reports.pdf.pool import Crew, Task
from reports.printing import print_snapshot
from tests.reports.snapshots import snapshot

pytestmark = pytest.mark.slow

HEAD = '<!doctype html><html lang="en"><head><title>t</title></head><body>'


@pytest.fixture
def small():
    """One function of the framework, and little else."""
    found = snapshot(answered=3, evidence=2)
    return {**found, "functions": found["functions"][3:], "runs": [], "incidents": []}


def test_only_what_changed_is_laid_out_and_the_bytes_are_those_of_a_cold_print(
    small, settings, tmp_path
) -> None:
    settings.REPORT_PARTS = tmp_path / "warm"
    first = print_snapshot(small)
    assert first.laid_out == first.parts
    changed = copy.deepcopy(small)
    changed["system"]["purpose"] = "Another purpose"
    titles: list[str] = []
    warm = print_snapshot(changed, lambda _done, _all, title: titles.append(title))
    # The section, the two that print the digest, and the front.
    assert warm.laid_out == 4
    assert "The system and its model versions" in titles
    settings.REPORT_PARTS = tmp_path / "cold"
    assert print_snapshot(changed).pdf == warm.pdf != first.pdf


def test_a_kept_part_that_was_damaged_is_laid_out_anew(small, settings, tmp_path) -> None:
    settings.REPORT_PARTS = tmp_path
    first = print_snapshot(small)
    one = max(tmp_path.glob("*/*.pdf"), key=lambda path: path.stat().st_size)
    one.write_bytes(one.read_bytes()[:-1] + b"x")
    again = print_snapshot(small)
    assert (again.pdf, again.laid_out) == (first.pdf, 2)


def test_bookmarks_of_a_section_in_several_parts_stand_below_it(printed) -> None:
    with pikepdf.open(io.BytesIO(printed.pdf)) as pdf, pdf.open_outline() as outline:
        (assessment,) = [item for item in outline.root if item.title == "Assessment"]
        names = [child.title.split(" ")[0] for child in assessment.children]
    assert names == ["GOVERN", "MAP", "MEASURE", "MANAGE"]


def test_tags_of_joined_parts_have_one_owner_each(printed) -> None:
    with pikepdf.open(io.BytesIO(printed.pdf)) as pdf:
        numbers = [int(n) for n in list(pdf.Root.StructTreeRoot.ParentTree.Nums)[::2]]
        assert len(set(numbers)) == len(numbers) == max(numbers) + 1
        used = [int(page.obj.StructParents) for page in pdf.pages]
        assert len(set(used)) == len(pdf.pages)
        assert set(used) <= set(numbers)
        ids = [str(o.ID) for o in pdf.objects if is_header(o)]
        assert len(set(ids)) == len(ids)


def is_header(item) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH" and "/ID" in item


def task(tmp_path, name: str, body: str, **limits) -> Task:
    made = RenderJob(HEAD + body, "2026-11-23T18:00:00Z", limits=Limits(**limits))
    return Task(name, made, tmp_path / f"{name}.pdf")


def test_a_part_beyond_its_limit_is_named_and_the_others_are_made(tmp_path) -> None:
    deep = '<div style="display:flex">' * 12 + "deep" + "</div>" * 12
    tasks = [task(tmp_path, "Good", "<p>good</p>"), task(tmp_path, "Deep", deep, cpu_seconds=2)]
    with Crew() as crew:
        crew.lay_out(tasks[:1], workers=1)
        with pytest.raises(RenderError) as caught:
            crew.lay_out(tasks[1:], workers=1)
    assert (caught.value.code, caught.value.part) == ("cpu", "Deep")
    assert (tmp_path / "Good.pdf").exists()
    assert "In the part “Deep”" in sentence(caught.value.code, caught.value.part)


class Stop(Exception):
    """Somebody cancelled."""


def test_who_cancels_leaves_no_worker_behind(tmp_path, monkeypatch) -> None:
    hired: list[pool._Worker] = []
    plain = pool.Crew.hire

    def hire(crew, limits):
        hired.append(plain(crew, limits))
        return hired[-1]

    def stop(done: int, _all: int, _title: str) -> None:
        if hired:
            raise Stop

    monkeypatch.setattr(pool.Crew, "hire", hire)
    monkeypatch.setattr(pool, "BEAT_SECONDS", 0.1)
    with Crew() as crew, pytest.raises(Stop):
        crew.lay_out([task(tmp_path, "A", "<p>a</p>" * 4000)], workers=1, on_done=stop)
    assert [worker.process.poll() is not None for worker in hired] == [True]


def test_a_long_evidence_index_is_several_parts_with_running_numbers() -> None:
    plans = body_plans(snapshot(answered=1, evidence=650))
    parts = [plan for plan in plans if plan.title.startswith("Evidence index")]
    assert [plan.continues for plan in parts] == [False, True, True]
    assert ">650</td>" in parts[-1].html
    assert "kept unchanged in the vault" not in parts[1].html
