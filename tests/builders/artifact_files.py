"""Files as attackers and honest people make them. The unsafe ones are written opcode by opcode
and hold no payload that does harm; nothing here is ever unpickled."""

import base64
import io
import json
import pickle
import struct
import zipfile
from typing import Any

import numpy as np


def glob(module: str, name: str) -> bytes:
    return b"c" + f"{module}\n{name}\n".encode()


def text(value: str) -> bytes:
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def call(module: str, name: str, *arguments: bytes, head: bytes = b"\x80\x02") -> bytes:
    """A pickle that calls ``module.name(*arguments)`` by REDUCE."""
    return head + glob(module, name) + b"(" + b"".join(arguments) + b"tR."


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


INERT = text("inert")
SYSTEM = call("os", "system", INERT)
STACK = text("os") + b"\x94" + text("system") + b"\x94"


def unsafe() -> dict[str, bytes]:
    """Name → bytes of files that would run code when loaded."""
    inner = base64.b64encode(SYSTEM).decode()
    return {
        "os.system": SYSTEM,
        "posix.system": call("posix", "system", INERT),
        "subprocess": call("subprocess", "Popen", INERT),
        "eval": call("builtins", "eval", INERT),
        "exec": call("__builtin__", "exec", INERT),
        "pip main": call("pip", "main", b"]" + INERT + b"a"),
        "pip inner main": call("pip._internal", "main", b"]" + INERT + b"a"),
        "ctypes": call("ctypes", "CDLL", INERT),
        "timeit": call("timeit", "timeit", INERT),
        "cProfile": call("cProfile", "run", INERT),
        "numpy runstring": call("numpy.testing._private.utils", "runstring", INERT, b"}"),
        "webbrowser": call("webbrowser", "open", text("http://192.0.2.1")),
        "runpy": call("runpy", "run_path", INERT),
        "importlib": call("importlib", "import_module", INERT),
        "getattr of a safe name": call("builtins", "getattr", glob("collections", "OrderedDict")),
        "dotted name": (
            b"\x80\x04" + text("collections") + text("OrderedDict.__reduce__") + b"\x93."
        ),
        "torch load from bytes": call("torch.storage", "_load_from_bytes", b"C\x01x"),
        **_packed(),
        "extension registry": b"\x80\x02\x82\x01)R.",
        "INST": b"(S'inert'\nios\nsystem\n.",
        "OBJ": b"(" + glob("os", "system") + INERT + b"o.",
        "NEWOBJ": b"\x80\x02" + glob("subprocess", "Popen") + INERT + b"\x85\x81.",
        "BUILD after REDUCE": (
            b"\x80\x02" + glob("collections", "OrderedDict") + b")R}" + text("x")
            + glob("os", "system") + b"sb."
        ),
        "base64 inner": call(
            "pickle", "loads", call("base64", "b64decode", text(inner), head=b"")[:-1]
        ),
        "inner constant": pickle.dumps({"weights": SYSTEM}),
        "base64 constant": pickle.dumps({"weights": inner}),
        "safetensors and pickle at once": polyglot(),
        **{f"protocol {n}": pickle.dumps(_Calls(), protocol=n) for n in range(6)},
    }  # fmt: skip


def _packed() -> dict[str, bytes]:
    torch = {"archive/data.pkl": SYSTEM, "archive/version": b"3\n", "archive/data/0": b"\0" * 16}
    return {
        "npy of objects": npy_header() + SYSTEM,
        "npz of objects": zipped(**{"w.npy": npy_header() + SYSTEM}),
        "executing text": b"cos\nsystem\n(S'inert'\ntR.",
        "second pickle": pickle.dumps({"a": 1}) + SYSTEM,
        "nested zip": zipped(**{"inner.zip": zipped(**{"model.pkl": SYSTEM})}),
        "PyTorch zip": zipped(**torch),
        "zip renamed .bin": zipped(**{"pytorch_model/data.pkl": SYSTEM}),
        "pickle in zip without ending": zipped(weights=SYSTEM),
        "zip with prefix": b"x" * 10 + zipped(**{"data.pkl": SYSTEM}),
        "truncated": SYSTEM[:-1],
        "truncated before the call": call("os", "system", INERT)[:12],
        "STACK_GLOBAL": b"\x80\x04" + STACK + b"\x93" + INERT + b"\x85R.",
        "STACK_GLOBAL from memo": b"\x80\x04" + STACK + b"00h\x00h\x01\x93" + INERT + b"\x85R.",
        "STACK_GLOBAL with overwritten memo": (
            b"\x80\x04" + text("collections") + b"q\x00" + text("os") + b"q\x000" + b"0h\x00"
            + text("system") + b"\x93" + INERT + b"\x85R."
        ),
        "STACK_GLOBAL after DUP and POP": (
            b"\x80\x04" + text("os") + b"2" + b"0" + text("OrderedDict") + b"0" + text("system")
            + b"\x93" + INERT + b"\x85R."
        ),
        "STACK_GLOBAL with a computed name": (
            b"\x80\x04" + text("os") + glob("collections", "OrderedDict") + b")R\x93."
        ),
    }  # fmt: skip


class _Calls:
    """Pickles as a call of os.system; defined here, never loaded."""

    def __reduce__(self) -> Any:
        return eval, ("0",)


def npy_header() -> bytes:
    """The header of an array of one object."""
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    header = header.ljust(64 - 11, b" ") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header


def polyglot() -> bytes:
    """A safetensors file whose length field begins a pickle: 0x58 pushes the text that follows."""
    taken = 40
    length = 0x58 | (taken << 8)
    header = b'{"__metadata__":{"a":"'.ljust(taken - 3, b"b") + b"0cos\nsystem\n(S'inert'\ntR."
    return struct.pack("<Q", length) + (header + b'"}}').ljust(length)


def safetensors(**tensors: np.ndarray[Any, Any]) -> bytes:
    """Tensors of 32-bit floats in the safetensors format."""
    header: dict[str, Any] = {"__metadata__": {"format": "np"}}
    body = b""
    for name, value in tensors.items():
        data = value.astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(value.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + body


def gguf(*, offset: int = 0, tensors: int = 1) -> bytes:
    """One tensor of eight 32-bit floats."""

    def word(value: bytes) -> bytes:
        return struct.pack("<Q", len(value)) + value

    head = b"GGUF" + struct.pack("<IQQ", 3, tensors, 1)
    head += word(b"general.architecture") + struct.pack("<I", 8) + word(b"llama")
    head += word(b"w") + struct.pack("<IQIQ", 1, 8, 0, offset)
    return head.ljust(-(-len(head) // 32) * 32, b"\0") + b"\0" * 32


def torch_like() -> bytes:
    """A state dict as torch.save writes it: a zip with persistent ids for the storages."""
    storage = (
        b"("
        + text("storage")
        + glob("torch", "FloatStorage")
        + text("0")
        + text("cpu")
        + b"K\x04tQ"
    )
    tensor = (
        glob("torch._utils", "_rebuild_tensor_v2") + b"(" + storage + b"K\x00K\x02K\x02\x86K\x02"
        b"K\x01\x86\x89" + glob("collections", "OrderedDict") + b")RtR"
    )
    state = glob("collections", "OrderedDict") + b")R(" + text("w") + tensor + b"u"
    return zipped(
        **{
            "model/data.pkl": b"\x80\x02" + state + b".",
            "model/byteorder": b"little",
            "model/data/0": bytes(np.ones(4, "<f4")),
            "model/version": b"3\n",
        }
    )


def array_file(value: Any, *, allow_pickle: bool = False) -> bytes:
    """A .npy file."""
    stream = io.BytesIO()
    np.save(stream, value, allow_pickle=allow_pickle)
    return stream.getvalue()


def benign() -> dict[str, bytes]:
    """Name → bytes of files that only hold data."""
    table = np.arange(12.0).reshape(3, 4)
    archive = io.BytesIO()
    np.savez(archive, a=table, b=table[0])
    return {
        "safetensors": safetensors(w=table, b=table[0]),
        "gguf": gguf(),
        **{f"numpy pickle {n}": pickle.dumps({"w": table, "n": 3}, protocol=n) for n in range(6)},
        "plain pickle": pickle.dumps({"a": [1, 2.5, None, "x", b"y", (True,)], "b": {1, 2}}),
        "torch-like": torch_like(),
        "npy": array_file(table),
        "npz": archive.getvalue(),
        "json": b'{"hidden_size": 16, "labels": ["a", "b"]}',
    }
