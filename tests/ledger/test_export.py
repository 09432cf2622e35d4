"""An auditor verifies an export on a machine without Assay."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from ledger import verifier
from ledger.keys import signer
from ledger.models import Checkpoint
from tests.ledger.history import write_past
from tests.world import World

VERIFIER = Path(verifier.__file__)


@pytest.fixture
def bundle(world: World, tmp_path: Path) -> Path:
    """The export of a ledger with four checkpoints, one of which was kept outside."""
    write_past(world)
    (tmp_path / "kept.txt").write_text(Checkpoint.objects.order_by("size")[1].note)
    call_command("export_ledger", str(tmp_path / "ledger.jsonl"))
    return tmp_path / "ledger.jsonl"


def run(bundle: Path, *words: str) -> int:
    return verifier.main([str(bundle), *words])


def change(bundle: Path, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    lines = [json.loads(line) for line in bundle.read_text().splitlines()]
    edit(lines)
    bundle.write_text("".join(json.dumps(line) + "\n" for line in lines))


def edit_event(lines: list[dict[str, Any]]) -> None:
    lines[5]["body"] = lines[5]["body"].replace("accounts", "acc0unts")


def drop_event(lines: list[dict[str, Any]]) -> None:
    del lines[5]


def cut_back(lines: list[dict[str, Any]]) -> None:
    """Everything after the first checkpoint."""
    first = next(n for n, line in enumerate(lines) if "checkpoint" in line)
    del lines[first + 1 :]


def sign_with_another_name(lines: list[dict[str, Any]]) -> None:
    line = next(line for line in lines if "checkpoint" in line)
    head, tail = line["checkpoint"].split("\n\n")
    line["checkpoint"] = f"{head}\n\n{tail.replace('ledger ', 'ledgex ')}"


def drop_checkpoints(lines: list[dict[str, Any]]) -> None:
    lines[:] = [line for line in lines if "checkpoint" not in line]


def test_an_intact_export_passes_with_key_and_kept_checkpoint(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(bundle) == 0
    assert "came with the bundle" in capsys.readouterr().out
    key = signer().key.text
    assert run(bundle, "--key", key, "--checkpoint", str(bundle.with_name("kept.txt"))) == 0
    out = capsys.readouterr().out
    assert "came with the bundle" not in out
    assert Checkpoint.objects.latest("size").root in out


@pytest.mark.parametrize("damage", [edit_event, drop_event, sign_with_another_name])
def test_a_changed_export_is_found_by_itself(
    bundle: Path, damage: Callable[[list[dict[str, Any]]], object]
) -> None:
    change(bundle, damage)
    assert run(bundle) == 1


def test_an_export_that_was_cut_back_is_found_by_a_kept_checkpoint_only(bundle: Path) -> None:
    change(bundle, cut_back)
    assert run(bundle) == 0
    assert run(bundle, "--checkpoint", str(bundle.with_name("kept.txt"))) == 1
    change(bundle, drop_checkpoints)
    assert run(bundle) == 1


def test_another_key_than_the_auditor_s_is_found(bundle: Path) -> None:
    other = verifier.VerifierKey(settings.LEDGER_ORIGIN, bytes(range(32)))
    assert run(bundle, "--key", other.text) == 1


def test_what_is_no_export_is_said_to_be_unreadable(bundle: Path, tmp_path: Path) -> None:
    for text in ("", "no json", "[1]\n", '{"assay-ledger": 99}\n'):
        (tmp_path / "other").write_text(text)
        assert run(tmp_path / "other") == 2
    assert run(tmp_path / "absent") == 2
    assert run(bundle, "--key", "mistyped") == 2


@pytest.mark.parametrize("isolated", [True, False])
def test_the_verifier_is_one_file_that_needs_nothing_of_assay(
    bundle: Path, tmp_path: Path, isolated: bool
) -> None:
    """Without the package ``cryptography`` it says that signatures were not checked."""
    alone = tmp_path / "alone" / "verify.py"
    alone.parent.mkdir()
    alone.write_text(VERIFIER.read_text())
    flags = ["-I", "-S"] if isolated else ["-I"]
    done = subprocess.run(
        [sys.executable, *flags, str(alone), str(bundle)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == (3 if isolated else 0), done.stderr
    assert ("NOT checked" in done.stdout) is isolated
