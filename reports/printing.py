"""From a snapshot to PDF bytes: parts kept or laid out, joined, and what is embedded."""

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.template.engine import Engine
from django.utils.translation import override

from ledger.canonical import canonical
from reports import part_cache
from reports.document import AnySnapshot, digest_of
from reports.oscal import document
from reports.parts import Plan, body_plans, faces_plan, footer_words, front_plan
from reports.pdf.fonts import font_assets
from reports.pdf.job import MIB, Asset, Embedded, Limits, Rendered, RenderError, RenderJob
from reports.pdf.pool import Crew, OnDone, Part, Task
from reports.pdf.process import ask
from reports.shape import SCHEMA, Snapshot

SNAPSHOT_NAME = "snapshot.json"
CHECKPOINT_NAME = "checkpoint.txt"
OSCAL_NAME = "assessment-results.oscal.json"
# Dates of parts vanish with the joining; one moment for all keeps equal parts equal.
NO_MOMENT = "2000-01-01T00:00:00Z"
PART_LIMITS = Limits(cpu_seconds=90, wall_seconds=240.0)
JOIN_LIMITS = Limits(memory_bytes=2048 * MIB, cpu_seconds=120)
# A worker takes a second to load: below this much HTML a second one is not worth it.
WORTH_A_WORKER = 150_000
LINES_OF_CONTENTS = 40


def print_snapshot(snapshot: AnySnapshot, on_done: OnDone | None = None) -> Rendered:
    """The PDF of `snapshot`; the same snapshot gives the same bytes, with kept parts or without.

    `on_done` as in ``reports.pdf.pool.lay_out``. Raises RenderError.
    """
    language = snapshot["report"]["language"]
    with tempfile.TemporaryDirectory(prefix="assay-report-") as name:
        folder, bodies = Path(name), body_plans(snapshot)
        with Crew() as crew:
            press = _Press(folder, crew, on_done)
            faces, *parts = press.make([faces_plan(language), *bodies])
            front = press.front(snapshot, parts)
        _bounded(front, parts)
        pieces = [[str(front.path), False]]
        pieces += [[str(p.path), b.continues] for p, b in zip(parts, bodies, strict=True)]
        target = folder / "whole.pdf"
        with override(language):
            foot = {"digest": f"SHA-256 {digest_of(snapshot)}", "words": footer_words()}
        joined = _join({**foot, "pieces": pieces, "faces": str(faces.path), "target": str(target)})
        part_cache.sweep()
        return press.account([faces, front, *parts], target.read_bytes(), joined)


def _bounded(front: Part, parts: list[Part]) -> None:
    pages = front.pages + sum(part.pages for part in parts)
    if pages > JOIN_LIMITS.pages:
        raise RenderError("too-many-pages", str(pages))


class _Press:
    """Makes parts in one folder and counts what that costs."""

    def __init__(self, folder: Path, crew: Crew, on_done: OnDone | None) -> None:
        self.folder = folder
        self.crew = crew
        self.on_done = on_done
        self.number, self.laid_out, self.cpu = 0, 0, 0.0

    def make(
        self, plans: list[Plan], embedded: tuple[Embedded, ...] = (), moment: str = NO_MOMENT
    ) -> list[Part]:
        """The parts of `plans`, kept ones from before, the others laid out side by side."""
        jobs = [
            RenderJob(plan.html, moment, (*font_assets(), *_styles()), embedded, PART_LIMITS)
            for plan in plans
        ]
        keys = [part_cache.part_key(job) for job in jobs]
        targets = [self._target() for _plan in plans]
        found = [part_cache.kept(k, t) for k, t in zip(keys, targets, strict=True)]
        missing = [i for i, part in enumerate(found) if part is None]
        tasks = [Task(plans[i].title, jobs[i], targets[i]) for i in missing]
        for index, part in zip(missing, self._lay_out(tasks), strict=True):
            found[index] = part
            if not embedded:
                part_cache.keep(keys[index], part)
        return [part for part in found if part is not None]

    def front(self, snapshot: AnySnapshot, parts: list[Part]) -> Part:
        """Cover and contents, laid out again only when the contents are longer than guessed."""
        anchors = sum(len(part.anchors) for part in parts)
        guess = 2 if anchors else 1
        for _attempt in range(3):
            plan = front_plan(snapshot, _places(guess, parts))
            (front,) = self.make([plan], _embedded(snapshot), snapshot["report"]["as_of"])
            if front.pages == guess:
                return front
            guess = front.pages
        return front

    def account(self, made: list[Part], pdf: bytes, joined: dict[str, Any]) -> Rendered:
        """The whole and what it cost."""
        return Rendered(
            pdf=pdf,
            pages=joined["pages"],
            cpu_seconds=self.cpu + joined["cpu"],
            peak_mib=max(part.peak for part in made),
            blocked=tuple(address for part in made for address in part.blocked),
            joiner_mib=joined["peak"],
            parts=len(made),
            laid_out=self.laid_out,
        )

    def _lay_out(self, tasks: list[Task]) -> list[Part]:
        if not tasks:
            return []
        small = sum(len(task.job.html) for task in tasks) < WORTH_A_WORKER
        workers = 1 if small else settings.REPORT_WORKERS
        made = self.crew.lay_out(tasks, workers=workers, on_done=self.on_done)
        self.laid_out += len(made)
        self.cpu += sum(part.cpu for part in made)
        return made

    def _target(self) -> Path:
        self.number += 1
        return self.folder / f"{self.number}.pdf"


def _places(front: int, parts: list[Part]) -> dict[str, int]:
    """The page number of each anchor when the front has `front` pages."""
    places: dict[str, int] = {}
    before = front
    for part in parts:
        for name, page in part.anchors.items():
            places.setdefault(name, before + page + 1)
        before += part.pages
    return places


def _embedded(snapshot: AnySnapshot) -> tuple[Embedded, ...]:
    note = snapshot["checkpoint"]["note"].encode()
    about = "The records this report was made from, as canonical JSON (RFC 8785)"
    files = (
        Embedded(SNAPSHOT_NAME, about, "Source", canonical(snapshot)),
        Embedded(CHECKPOINT_NAME, "The signed checkpoint of the ledger", "Data", note),
    )
    if snapshot["schema"] != SCHEMA:
        return files
    results = canonical(document("assessment-results", cast(Snapshot, snapshot)))
    return (*files, Embedded(OSCAL_NAME, "OSCAL assessment results", "Data", results))


def _join(asked: dict[str, object]) -> dict[str, int]:
    """What ``reports.pdf.joiner`` answers. Raises RenderError."""
    limits = {"memory_bytes": JOIN_LIMITS.memory_bytes, "cpu_seconds": JOIN_LIMITS.cpu_seconds}
    body = json.dumps({**asked, "limits": limits}).encode()
    answer = ask("reports.pdf.joiner", body, wall_seconds=JOIN_LIMITS.wall_seconds)
    if answer.status or not answer.out:
        raise RenderError(answer.death, f"exit status {answer.status}: {answer.tail}")
    found: dict[str, int] = json.loads(answer.out)
    return found


@cache
def _styles() -> tuple[Asset, ...]:
    # A stylesheet is no template, but the template loaders know where it lies.
    engine = Engine.get_default()
    return tuple(
        Asset(name, "text/css", engine.get_template(f"reports/print/{name}").source.encode())
        for name in ("print.css", "parts.css")
    )
