"""The first command that anybody types, and the locks that it installs from."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["run.lock", "test.lock"]
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+")


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "./run", *words],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def requirements(name: str) -> dict[str, str]:
    """Name to the whole requirement with its hashes."""
    text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if match := REQUIREMENT.match(line):
            found[match[1]] = line
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_no_addresses(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert "://" not in text
    assert not re.search(
        r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", text, re.M
    )
    assert not re.search(r"\s@\s", text)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    found = requirements(name)
    assert len(found) > 50
    assert [package for package, line in found.items() if "--hash=sha256:" not in line] == []


def test_the_test_lock_holds_everything_of_the_run_lock_in_the_same_version() -> None:
    # ./run takes an environment made for the tests as it is, which needs this.
    def versions(name: str) -> set[str]:
        return {line.split(" ")[0] for line in requirements(name).values()}

    assert versions("run.lock") <= versions("test.lock")


def test_help_names_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    for word in ("test", "bench", "manage", "lock", "--empty", "--port", "--no-system"):
        assert word in done.stdout


def test_an_unknown_command_is_answered_with_the_help() -> None:
    done = run("serv")
    assert done.returncode == 2
    assert "Usage: ./run" in done.stderr


def test_an_unfit_python_is_named(tmp_path: Path) -> None:
    done = run(PYTHON="/nowhere/python3", ASSAY_VENV=str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "PYTHON=/nowhere/python3 is not Python 3.11 or newer" in done.stderr


def test_without_python_it_says_what_to_install(tmp_path: Path) -> None:
    for name in ("sh", "dirname", "uname", "cat"):
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    done = run(PATH=str(tmp_path), PYTHON="", ASSAY_VENV=str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "install" in done.stderr


def test_an_environment_that_it_did_not_make_is_left_alone(tmp_path: Path) -> None:
    for name in ("pyvenv.cfg", "mine.txt"):
        (tmp_path / name).write_text("mine")
    done = run("manage", "--version", ASSAY_VENV=str(tmp_path))
    assert done.returncode == 1
    assert "was not made by ./run" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", "pyvenv.cfg"]


def test_an_environment_behind_a_link_is_never_emptied(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "assay.stamp").write_text("3.0.0 of another lock")
    (tmp_path / "link").symlink_to(theirs)
    done = run("manage", "--version", ASSAY_VENV=str(tmp_path / "link"))
    assert done.returncode == 1
    assert "was not made by ./run" in done.stderr
    assert (theirs / "assay.stamp").exists()
