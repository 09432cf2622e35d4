"""The child process: limits hold, and no crash is ever a pass."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from evaluations.computing import CHILD, LIMITS
from models_registry.reading.process import ROOT, ChildFailed, ChildLimits, ask
from tests.evaluations.running import request_for
from tests.remembered import answered_here

NAUGHTY = "tests.evaluations.naughty"


def failure(how, **limits):
    with pytest.raises(ChildFailed) as caught:
        ask(NAUGHTY, {"how": how}, ChildLimits(**{"wall_seconds": 20, **limits}))
    return caught.value


def test_a_request_larger_than_a_pipe_reaches_a_child_that_starts_slowly():
    answer = ask(
        NAUGHTY, {"how": "count", "ballast": "x" * 3_000_000}, ChildLimits(wall_seconds=20)
    )
    assert answer == {"size": 3_000_000}


def test_a_child_that_sleeps_is_killed_at_its_limit():
    started = time.monotonic()
    assert failure("sleep", wall_seconds=1).kind == "timeout"
    assert time.monotonic() - started < 10


def test_a_child_that_burns_the_processor_is_stopped():
    assert failure("burn", cpu_seconds=1).kind == "cpu"


def test_a_child_that_eats_memory_is_stopped():
    assert failure("eat", address_space_mb=400).kind == "memory"


def test_a_child_that_aborts_is_a_crash():
    assert failure("crash").kind == "crash"


def test_a_child_that_raises_says_why():
    assert failure("raise").detail == "RuntimeError: the grid is bent"


def test_a_child_that_babbles_is_not_believed():
    assert failure("babble").kind == "garbled"


def test_a_child_cannot_reach_the_network():
    assert "is not allowed in a check" in failure("connect").detail


def test_a_child_sees_no_secret_of_its_parent(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setenv("ASSAY_SECRET_KEY", "secret")
    seen = ask(NAUGHTY, {"how": "environment"}, ChildLimits(wall_seconds=20))
    assert "secret" not in str(seen)


def test_a_caller_that_loses_its_lease_kills_the_child():
    def lost(message):
        raise LookupError("another worker has it")

    started = time.monotonic()
    with pytest.raises(LookupError, match="another worker"):
        ask(NAUGHTY, {"how": "sleep"}, ChildLimits(wall_seconds=30), tick=lost)
    assert time.monotonic() - started < 10


def test_a_child_dies_with_its_parent(tmp_path):
    code = (
        "import os, signal, threading\n"
        "from models_registry.reading.process import ChildLimits, ask\n"
        "threading.Timer(2, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()\n"
        f"ask({NAUGHTY!r}, {{'how': 'sleep', 'mark': {str(tmp_path)!r}}}, ChildLimits())\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    deadline = time.monotonic() + 10
    while children_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not children_of(tmp_path)


def children_of(mark):
    """Processes of the misbehaving module that are still alive and whose parent is gone."""
    alive = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if NAUGHTY.encode() in line and parent == "1":
            alive.append(folder.name)
    return alive


def test_the_child_imports_no_django():
    code = (
        "import sys, evaluations.engine.child, models_registry.reading.child\n"
        "assert 'django' not in sys.modules, 'Django in the child'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_web_process_loads_no_engine():
    code = (
        "import os, sys\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
        "import django; django.setup()\n"
        "import config.urls\n"
        "heavy = {'ibis', 'duckdb', 'scipy', 'numpy', 'pandas', 'openpyxl', 'weasyprint'}\n"
        "assert not heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_what_the_tests_answer_in_this_process_is_what_the_child_answers(tmp_path):
    table = pd.DataFrame({"y_true": [0, 1] * 150, "y_pred": [0, 1, 1] * 100})
    question = request_for(tmp_path, "perf.classification", table)
    assert ask(CHILD, question, LIMITS) == json.loads(answered_here(CHILD, question, LIMITS))
