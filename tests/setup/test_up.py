"""The one command, with real processes: it serves, restarts, stops, and leaves nothing behind."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.running import Running, alive, answers, eventually, up

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc to see processes"),
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was started once, so that each test need not build database and files again."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    with up(home) as running:
        running.address()
    return home


@pytest.fixture(scope="module")
def served(prepared: Path) -> Iterator[Running]:
    """One that runs, for the tests that leave it running."""
    home = prepared.with_name("served")
    shutil.copytree(prepared, home)
    with up(home) as running:
        running.address()
        yield running


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    copy = tmp_path / "h"
    shutil.copytree(prepared, copy)
    yield copy
    shutil.rmtree(copy, ignore_errors=True)


def test_up_serves_on_the_next_free_port_and_stops_cleanly(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with up(home, "--port", str(port)) as running:
            address = running.address()
            assert port < int(address.rstrip("/").rpartition(":")[2]) <= port + 20
            _stops_cleanly(running, address)


def _stops_cleanly(running: Running, address: str) -> None:
    assert answers(address)
    family = running.whole_family()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    assert alive(family) == []
    assert "Assay has stopped" in running.printed()
    assert not answers(address)


def test_nothing_is_left_when_supervisor_and_guardian_are_killed_together(home: Path) -> None:
    with up(home) as running:
        running.address()
        family = running.whole_family()
        (guardian,) = running.service("guardian.py")
        os.kill(guardian.pid, signal.SIGKILL)
        running.process.kill()
        assert eventually(lambda: not alive(family), 60), alive(family)


def test_after_kill_9_of_the_supervisor_nothing_is_left_and_the_next_start_waits_for_it(
    home: Path,
) -> None:
    with up(home) as first:
        first.address()
        family = first.whole_family()
        first.process.kill()
        first.process.wait()
        with up(home) as second:
            assert answers(second.address())
            assert eventually(lambda: not alive(family), 60), alive(family)


def mains(running: Running, word: str) -> set[int]:
    return {p.pid for p in running.service(word) if p.parent == running.process.pid}


@pytest.mark.parametrize("word", ["celery --app config.celery worker", "gunicorn", "queue.sock"])
def test_a_killed_service_comes_back_and_the_rest_stays_up(served: Running, word: str) -> None:
    others = {p.pid for p in served.whole_family() if word not in p.command}
    killed = served.service(word)
    (main,) = mains(served, word)
    os.kill(main, signal.SIGKILL)
    assert eventually(lambda: mains(served, word) - {main}, 10)
    assert eventually(lambda: not alive(killed), 5), alive(killed)
    assert eventually(lambda: answers(served.address()), 20)
    assert others <= {p.pid for p in served.whole_family()}


def test_up_refuses_to_start_twice(served: Running) -> None:
    with up(served.home) as second:
        assert second.process.wait(30) == 1
        expected = f"already runs from {served.home} at {served.address()}"
        assert expected in second.printed()
    assert answers(served.address())


def test_a_service_that_cannot_start_is_shown_and_nothing_is_left(home: Path) -> None:
    # A folder where the queue wants its files: a name that it cannot open.
    queue = home / "queue"
    shutil.rmtree(queue)
    queue.mkdir()
    for name in ("valkey-server", "redis-server"):
        (queue / name / "appendonlydir" / "appendonly.aof.manifest").mkdir(parents=True)
    with up(home) as running:
        assert eventually(lambda: running.process.poll() is not None, 40)
        assert running.process.returncode == 1
        assert "The queue did not start" in running.printed()
        assert running.family() == []
