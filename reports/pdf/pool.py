"""Parts of a document laid out side by side by a few long-lived workers, watched from here."""

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from reports.pdf.job import Limits, RenderError, RenderJob
from reports.pdf.process import BEAT_SECONDS, ROOT, Answer, environment

# A worker that has grown past this (MiB) ends after its part, and a fresh one follows.
GROWN = 150
MOST_PARTS = 20
# What may go wrong once without a reason that would go wrong again.
WORTH_ANOTHER_TRY = frozenset({"broken", "crashed"})


@dataclass(frozen=True)
class Part:
    """A laid out part: its file, pages, anchors (name → page from 0), refused addresses, and the
    CPU seconds and the peak (MiB) of the worker that made it."""

    path: Path
    pages: int
    anchors: dict[str, int]
    blocked: tuple[str, ...] = ()
    cpu: float = 0.0
    peak: int = 0


@dataclass(frozen=True)
class Task:
    """One part to make at `target`; `title` is for people who wait."""

    title: str
    job: RenderJob
    target: Path


OnDone = Callable[[int, int, str], None]


class Crew:
    """A few workers, kept between calls; use it as a context: they are gone when it ends."""

    def __init__(self) -> None:
        self.idle: list[_Worker] = []
        self.workers: set[_Worker] = set()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_error: object) -> None:
        for worker in list(self.workers):
            worker.kill()
            self.dismiss(worker)

    def lay_out(
        self, tasks: Sequence[Task], *, workers: int, on_done: OnDone | None = None
    ) -> list[Part]:
        """All parts in the order of `tasks`, the largest ones begun first.

        `on_done` is called with the number of finished parts, of all, and the title of the last
        one, and about every two seconds besides; what it raises ends the workers and passes
        through. Raises RenderError, whose `part` is the title of the part that failed.
        """
        for task in tasks:
            if len(task.job.html) > task.job.limits.html_bytes:
                raise RenderError("too-large", f"{len(task.job.html)} characters", part=task.title)
        with tempfile.TemporaryDirectory(prefix="assay-parts-") as folder:
            shift = _Shift(self, tasks, Path(folder))
            with shift.at_work(min(workers, len(tasks))):
                return shift.gather(on_done)

    def hire(self, limits: Limits) -> "_Worker":
        """An idle worker or a new one."""
        with contextlib.suppress(IndexError):
            return self.idle.pop()
        worker = _Worker(limits)
        self.workers.add(worker)
        return worker

    def dismiss(self, worker: "_Worker") -> None:
        """It takes no other part."""
        self.workers.discard(worker)
        worker.end()


class _Shift:
    """The tasks of one call, the threads that each feed one worker, and what came back."""

    def __init__(self, crew: Crew, tasks: Sequence[Task], folder: Path) -> None:
        self.crew = crew
        self.tasks = tasks
        self.folder = folder
        self.todo: queue.SimpleQueue[int] = queue.SimpleQueue()
        for index in sorted(range(len(tasks)), key=lambda i: -len(tasks[i].job.html)):
            self.todo.put(index)
        self.came: queue.SimpleQueue[tuple[int, Part | RenderError]] = queue.SimpleQueue()
        self.stopped = threading.Event()

    @contextlib.contextmanager
    def at_work(self, number: int) -> Iterator[None]:
        """No thread is left when the block ends; one that fails ends its workers, too."""
        threads = [threading.Thread(target=self._feed, daemon=True) for _n in range(number)]
        try:
            for thread in threads:
                thread.start()
            yield
        except BaseException:
            self.stopped.set()
            for worker in list(self.crew.workers):
                worker.kill()
            raise
        finally:
            for thread in threads:
                thread.join()

    def gather(self, on_done: OnDone | None) -> list[Part]:
        """Wait for every part."""
        found: dict[int, Part] = {}
        title = ""
        while len(found) < len(self.tasks):
            try:
                index, part = self.came.get(timeout=BEAT_SECONDS)
            except queue.Empty:
                for worker in list(self.crew.workers):
                    worker.end_when_late()
            else:
                if isinstance(part, RenderError):
                    raise part
                found[index], title = part, self.tasks[index].title
            if on_done is not None:
                on_done(len(found), len(self.tasks), title)
        return [found[index] for index in range(len(self.tasks))]

    def _feed(self) -> None:
        worker: _Worker | None = None
        while not self.stopped.is_set():
            try:
                index = self.todo.get_nowait()
            except queue.Empty:
                break
            worker, outcome = self._one(index, worker)
            self.came.put((index, outcome))
        if worker is not None:
            self.crew.idle.append(worker)

    def _one(
        self, index: int, worker: "_Worker | None"
    ) -> tuple["_Worker | None", Part | RenderError]:
        """The part, twice tried where that may help, and the worker if it goes on."""
        task = self.tasks[index]
        outcome: Part | RenderError = RenderError("crashed", "no attempt", part=task.title)
        for _attempt in range(2):
            if self.stopped.is_set():
                break
            worker = worker or self.crew.hire(task.job.limits)
            outcome = worker.make(task, self.folder / f"{index}.job")
            if worker.is_spent:
                self.crew.dismiss(worker)
                worker = None
            if isinstance(outcome, Part) or outcome.code not in WORTH_ANOTHER_TRY:
                break
        return worker, outcome


class _Worker:
    """One process of ``reports.pdf.worker`` and the thread's view of it."""

    def __init__(self, limits: Limits) -> None:
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed in end()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reports.pdf.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            cwd=ROOT,
            env=environment(),
            start_new_session=True,
        )
        self.made, self.is_spent, self.is_late = 0, False, False
        self.used = 0.0
        self.until: float | None = None
        with contextlib.suppress(OSError):
            self._say(json.dumps(asdict(limits)))

    def make(self, task: Task, job_file: Path) -> Part | RenderError:
        """Lay one part out. A worker that is spent takes no other."""
        job_file.write_bytes(task.job.to_bytes())
        self.until = time.monotonic() + task.job.limits.wall_seconds
        line = b""
        with contextlib.suppress(OSError):
            self._say(f"{job_file}\t{task.target}")
            line = self._stdout.readline()
        self.until = None
        job_file.unlink()
        self.made += 1
        if not line:
            self.is_spent = True
            return self._death(task)
        head = json.loads(line)
        self.is_spent = head["peak"] > GROWN or self.made >= MOST_PARTS or "error" in head
        if "error" in head:
            return RenderError(head["error"], head["detail"], part=task.title)
        spent, self.used = head["cpu"] - self.used, head["cpu"]
        blocked = tuple(head["blocked"])
        return Part(task.target, head["pages"], head["anchors"], blocked, spent, head["peak"])

    def end_when_late(self) -> None:
        """Called from the waiting thread."""
        if self.until is not None and time.monotonic() > self.until:
            self.is_late = True
            self.kill()

    def kill(self) -> None:
        """At once; who waits for its answer reads an end."""
        with contextlib.suppress(OSError):
            self.process.kill()

    def end(self) -> None:
        """Let it go home, or kill it when it does not."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._stdout.close()
        self.log.close()

    def _death(self, task: Task) -> RenderError:
        status = self.process.wait()
        self.log.seek(0)
        answer = Answer(status, b"", self.log.read().decode(errors="replace")[-2000:])
        code = "time" if self.is_late else answer.death
        return RenderError(code, f"exit status {status}: {answer.tail}", part=task.title)

    def _say(self, line: str) -> None:
        self._stdin.write(line.encode() + b"\n")
        self._stdin.flush()

    @property
    def _stdin(self) -> Any:
        return self.process.stdin

    @property
    def _stdout(self) -> Any:
        return self.process.stdout
