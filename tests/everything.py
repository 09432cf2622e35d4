"""``./run test``: every check and every test, with a line and a time for each.

The suite runs twice: on SQLite with the embedded Valkey, and on PostgreSQL with Redis. Both
servers are our own, in temporary folders. What this machine cannot do is counted and said.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

from tests.services import Postgres, Queue, Server, ServerFailed

AnyServer = TypeVar("AnyServer", bound=Server)

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUICK = "not slow and not browser"
# What is slow for another reason than its database says nothing new on the second one.
SECOND = "(not browser and (not slow or thin_path)) or both_databases"
_NO_TESTS = 5


@dataclass
class Tally:
    """What the test runs counted, and what this machine could not run at all."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    left_out: list[str] = field(default_factory=list)

    def add(self, report: Path) -> None:
        """Count a JUnit report; a run that wrote none counts as one failure."""
        if not report.exists():
            self.failed += 1
            return
        for suite in ElementTree.parse(report).iter("testsuite"):  # noqa: S314 - pytest wrote it
            tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            self.passed += max(0, tests - failed - skipped)
            self.failed += failed
            self.skipped += skipped


def main() -> int:
    arguments = sys.argv[1:]
    quick = "--quick" in arguments
    extra = [word for word in arguments if word != "--quick"]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.chdir(ROOT)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="assay-test-") as folder:
        scratch = Path(folder)
        if not check_all(scratch, quick=quick):
            return 1
        if quick:
            run_suite("SQLite", scratch, tally, {}, QUICK, extra)
        else:
            run_both(scratch, tally, extra)
    if tally.left_out:
        say(f"skipped: {len(tally.left_out)} — " + "; ".join(tally.left_out))
    say(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed or not tally.passed else 0


# --- checks ------------------------------------------------------------------------------------


def checks(*, quick: bool) -> list[tuple[str, list[str]]]:
    """Name and command of each check that needs no test to run."""
    python = sys.executable
    found = [
        ("ruff check", [python, "-m", "ruff", "check", "--quiet", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("import-linter", [str(BIN / "lint-imports"), "--no-cache"]),
        ("mypy", [python, "-m", "mypy", "--no-error-summary"]),
    ]
    if quick:
        return found
    templates = sorted(str(path) for path in (ROOT / "templates").rglob("*.html"))
    return [
        *found,
        ("djade", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates]),
        ("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ]


def check_all(scratch: Path, *, quick: bool) -> bool:
    """Run every check, so that one look shows all that is wrong; False when one failed."""
    environ = environment(scratch / "checks", {})
    results = [check(name, command, environ) for name, command in checks(quick=quick)]
    return all(results)


def check(name: str, command: Sequence[str], environ: dict[str, str]) -> bool:
    begun = time.monotonic()
    done = subprocess.run(
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    line(name, begun, ok=done.returncode == 0)
    if done.returncode:
        say(done.stdout.rstrip())
    return done.returncode == 0


# --- tests -------------------------------------------------------------------------------------


def run_both(scratch: Path, tally: Tally, extra: list[str]) -> None:
    first, second = "", SECOND
    if not any(map(shutil.which, BROWSERS)):
        tally.left_out.append("Chromium not found: the browser tests")
        first = second = "not browser"
    with ExitStack() as stack:
        queue = start(stack, Queue.embedded, tally, "embedded Valkey not usable: the tests on it")
        if queue:
            run_suite(
                "SQLite and embedded Valkey", scratch, tally, {"REDIS_URL": queue.url}, first, extra
            )
    with ExitStack() as stack:
        queue = start(stack, Queue.installed, tally, "Redis server not found: the second run")
        database = start(stack, Postgres, tally, "PostgreSQL not found: the second run")
        if queue and database:
            servers = {"REDIS_URL": queue.url, "DATABASE_URL": database.url}
            run_suite("PostgreSQL and Redis", scratch, tally, servers, second, extra)


def start(
    stack: ExitStack, make: Callable[[], AnyServer], tally: Tally, otherwise: str
) -> AnyServer | None:
    try:
        return stack.enter_context(make())
    except ServerFailed as error:
        tally.left_out.append(f"{otherwise} ({str(error).splitlines()[-1]})")
        return None


def run_suite(
    name: str,
    scratch: Path,
    tally: Tally,
    servers: dict[str, str],
    marks: str,
    extra: list[str],
) -> None:
    """One run of pytest on both cores, in a home of its own, added to the tally.

    Four processes for two cores: many tests wait for another process or for Chromium.
    """
    say(f"--- tests on {name}")
    begun = time.monotonic()
    home = Path(tempfile.mkdtemp(dir=scratch))
    report = home / "report.xml"
    # The tests of the two commands start servers of their own: once is enough.
    elsewhere = ["--ignore", "tests/setup"] if "DATABASE_URL" in servers else []
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-n", "4", "--dist", "loadscope", *elsewhere),
        "--no-loadscope-reorder",
        *("--junitxml", str(report), "-m", marks, *extra),
    ]
    done = subprocess.run(
        command, env=environment(home, servers), stdin=subprocess.DEVNULL, check=False
    )
    nothing = done.returncode == _NO_TESTS and bool(extra)
    line(f"tests on {name}", begun, ok=done.returncode == 0 or nothing)
    before = tally.failed
    tally.add(report)
    if done.returncode and not nothing and tally.failed == before:
        tally.failed += 1


def environment(home: Path, servers: dict[str, str]) -> dict[str, str]:
    """Ours, less whatever would point the tests at a real installation."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", "REDIS_URL"} and not key.startswith("ASSAY_")
    }
    return {**kept, "ASSAY_HOME": str(home), **servers}


def line(name: str, begun: float, *, ok: bool) -> None:
    say(f"{'ok  ' if ok else 'FAIL'} {name:<32} {time.monotonic() - begun:6.1f} s")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
