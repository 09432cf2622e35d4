"""No unsafe file comes out clean; honest ones do. Nothing is ever unpickled."""

import json
import pickle
import random
import struct

import numpy as np
import pytest

from models_registry.reading.process import ChildLimits, ask
from models_registry.scanning import run
from models_registry.scanning.builtin import Picklescan
from models_registry.scanning.formats import LOADING, detect
from models_registry.scanning.outcome import CLEAN, ERROR, FINDINGS, UNSCANNED, worst
from models_registry.scanning.registry import scanners
from models_registry.scanning.run import scan_file
from tests.builders.artifact_files import (
    SYSTEM,
    benign,
    call,
    gguf,
    npy_header,
    safetensors,
    torch_like,
    unsafe,
    zipped,
)

UNSAFE, BENIGN = unsafe(), benign()


def verdict_here(path):
    """What scan_file says, in this process and without its limits."""
    kind, said = detect(path), []
    for scanner in scanners():
        if kind in scanner.formats:
            try:
                said.append(scanner.scan(path).verdict)
            except (ValueError, OSError, KeyError):
                said.append(ERROR)
    return worst(said)


def written(tmp_path, data, name="file.bin"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_file_is_never_clean(tmp_path, name):
    path = written(tmp_path, UNSAFE[name])
    expected = {"zip with prefix": UNSCANNED}.get(name, FINDINGS)
    assert verdict_here(path) == expected
    assert LOADING[detect(path)] != "data" or name.startswith(("npy", "npz"))


@pytest.mark.parametrize("name", BENIGN)
def test_an_honest_file_is_clean(tmp_path, name):
    assert verdict_here(written(tmp_path, BENIGN[name])) == CLEAN


def test_the_listed_dangers_are_more_than_seventeen():
    assert len(UNSAFE) >= 17


def test_a_clean_pickle_needs_both_scanners(tmp_path):
    path = written(tmp_path, call("house_library", "run"))
    assert Picklescan().scan(path).verdict == CLEAN
    assert verdict_here(path) == FINDINGS


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 64, b"just words\n", b"\x89HDF\r\n\x1a\n" + b"\0" * 64, b"\x1f\x8b\x08abc"],
    ids=["empty", "zeros", "text", "hdf5", "gzip"],
)
def test_what_no_scanner_understands_is_unscanned(tmp_path, data):
    assert scan_file(written(tmp_path, data)).verdict == UNSCANNED


def test_a_zip_with_an_unknown_member_is_unscanned(tmp_path):
    assert verdict_here(written(tmp_path, zipped(**{"a.h5": b"\x89HDF1234"}))) == UNSCANNED


def test_torchscript_and_remote_code_are_findings(tmp_path):
    script = zipped(**{"m/data.pkl": b"\x80\x02}.", "m/code/a.py": b"x"})
    assert verdict_here(written(tmp_path, script)) == FINDINGS
    assert verdict_here(written(tmp_path, b'{"auto_map": {"AutoModel": "m.M"}}')) == FINDINGS


def tampered_headers():
    good = safetensors(w=np.ones((2, 2)))
    size = struct.unpack("<Q", good[:8])[0]
    header = json.loads(good[8 : 8 + size])

    def again(change):
        other = json.loads(json.dumps(header))
        change(other)
        data = json.dumps(other).encode()
        return struct.pack("<Q", len(data)) + data + good[8 + size :]

    return {
        "length beyond the file": struct.pack("<Q", 2**40) + good[8:],
        "largest length": b"\xff" * 8 + good[8:],
        "no JSON": good[:9] + b"x" + good[10:],
        "cut": good[:-4],
        "bytes after the end": good + b"\0\0\0\0",
        "wrong shape": again(lambda h: h["w"].update(shape=[2, 3])),
        "negative shape": again(lambda h: h["w"].update(shape=[-2, -2])),
        "huge shape": again(lambda h: h["w"].update(shape=[2**62, 2**62])),
        "unknown type": again(lambda h: h["w"].update(dtype="F31")),
        "overlap": again(lambda h: h.update(v=dict(h["w"]))),
        "texts as metadata": again(lambda h: h.update(__metadata__={"a": 1})),
        "no object": struct.pack("<Q", 2) + b"{]",
        "GGUF offset beyond the file": gguf(offset=64),
        "GGUF with too many tensors": gguf(tensors=2**40),
        "GGUF that ends early": gguf()[:40],
        "npy that ends early": BENIGN["npy"][:-8],
    }


@pytest.mark.parametrize("name", tampered_headers())
def test_a_lying_header_is_a_finding(tmp_path, name):
    assert verdict_here(written(tmp_path, tampered_headers()[name])) == FINDINGS


@pytest.fixture
def in_children(monkeypatch):
    """Every question starts a process, as it does in the product."""
    monkeypatch.setattr(run, "ask", ask)


def test_each_scanner_runs_in_a_process_with_limits(tmp_path, in_children):
    clean = scan_file(written(tmp_path, BENIGN["torch-like"]))
    assert (clean.format, clean.loading, clean.verdict) == ("pytorch", "code", CLEAN)
    assert [said.scanner for said in clean.said] == ["picklescan", "pickle-imports"]
    bad = scan_file(written(tmp_path, SYSTEM))
    assert bad.verdict == FINDINGS
    assert all(said.outcome["verdict"] == FINDINGS for said in bad.said)


def test_a_scanner_that_gives_no_answer_is_an_error_and_not_clean(tmp_path):
    path = written(tmp_path, BENIGN["torch-like"])
    stopped = scan_file(path, limits=ChildLimits(wall_seconds=0.01, cpu_seconds=1))
    assert stopped.verdict == ERROR
    assert "too long" in stopped.said[0].outcome["detail"]


def test_a_pickle_that_eats_memory_is_an_error_or_a_finding(tmp_path, in_children):
    bomb = b"\x80\x04" + b"\x8e" + struct.pack("<Q", 2**40) + b"x."
    assert scan_file(written(tmp_path, bomb)).verdict in (ERROR, FINDINGS)


def test_a_dangerous_pickle_with_any_byte_changed_is_never_clean_while_it_names_the_call(tmp_path):
    draw = random.Random(7)
    for _ in range(150):
        data = bytearray(call("os", "system", b"X\x05\0\0\0inert"))
        data[draw.randrange(len(data))] = draw.randrange(256)
        path = written(tmp_path, bytes(data))
        if verdict_here(path) == CLEAN:
            assert b"os\nsystem" not in data


def test_random_cuts_of_honest_archives_are_never_clean(tmp_path):
    whole, draw = torch_like(), random.Random(3)
    for _ in range(30):
        path = written(tmp_path, whole[: draw.randrange(1, len(whole))])
        assert verdict_here(path) != CLEAN


def test_an_object_array_of_plain_things_is_read_as_a_pickle(tmp_path):
    data = npy_header() + pickle.dumps([1, "a"], protocol=2)
    assert verdict_here(written(tmp_path, data)) == CLEAN
