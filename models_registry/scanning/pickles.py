"""Reading a pickle without running it: a stack machine that knows strings and nothing else.

The rule is an allow-list: a pickle may import only what rebuilds arrays, tensors and plain
containers. Whatever cannot be followed to the end is a finding, never a pass, because loading
runs every step before the broken one.
"""

import base64
import binascii
import io
import pickletools
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final

from models_registry.scanning.outcome import Notes

MARK: Final = object()
OPAQUE: Final = object()
LEGACY_TORCH_MAGIC = 0x1950A86A20F9469CFC6C
MOST_PICKLES = 1_000
DEEPEST = 3
HIGHEST_PROTOCOL = max(op.proto for op in pickletools.opcodes)

_NUMPY = {
    *((m, n) for m in ("numpy.core.multiarray", "numpy._core.multiarray")
      for n in ("_reconstruct", "scalar")),
    ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"),
    ("numpy", "ndarray"), ("numpy", "dtype"),
}  # fmt: skip
_STORAGES = (
    "FloatStorage", "DoubleStorage", "HalfStorage", "BFloat16Storage", "LongStorage", "IntStorage",
    "ShortStorage", "CharStorage", "ByteStorage", "BoolStorage", "ComplexFloatStorage",
    "ComplexDoubleStorage",
)  # fmt: skip
_TORCH_TYPES = (
    "Size", "device", "float16", "float32", "float64", "bfloat16", "int8", "int16", "int32",
    "int64", "uint8", "bool", "complex64", "complex128",
)  # fmt: skip
_TORCH = {
    *(("torch", name) for name in (*_STORAGES, *_TORCH_TYPES)),
    *(("torch._utils", f"_rebuild_{n}") for n in ("tensor", "tensor_v2", "parameter")),
    ("torch.storage", "UntypedStorage"), ("torch.storage", "TypedStorage"),
}  # fmt: skip
_PLAIN = {
    ("collections", "OrderedDict"), ("_codecs", "encode"),
    *((m, n) for m in ("builtins", "__builtin__")
      for n in ("set", "frozenset", "bytearray", "complex")),
}  # fmt: skip
ALLOWED: frozenset[tuple[str, str]] = frozenset(_NUMPY | _TORCH | _PLAIN)

_NAMED = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)
_BASE64 = re.compile(r"gA[A-Za-z0-9+/=_\s-]{10,}")
_STRINGS = frozenset(
    {"STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE",
     "BINUNICODE8"}
)  # fmt: skip
_BYTES = frozenset({"BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"})
_PUTS = frozenset({"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"})
_GETS = frozenset({"GET", "BINGET", "LONG_BINGET"})
_EXTENSIONS = frozenset({"EXT1", "EXT2", "EXT4"})


class Broken(Exception):
    """The pickle cannot be followed any further."""


@dataclass
class Pickle:
    """What one pickle would do, as far as it could be followed."""

    imports: list[tuple[str, str]] = field(default_factory=list)
    obscure: list[str] = field(default_factory=list)
    constants: list[bytes | str] = field(default_factory=list)
    steps: int = 0
    broken: str = ""
    magic: bool = False

    @property
    def plausible(self) -> bool:
        """Whether a loader would take it for a pickle, or begin to."""
        named = any(_NAMED.fullmatch(m) and _NAMED.fullmatch(n) for m, n in self.imports)
        return not self.broken or named or bool(self.obscure)


class _Machine:
    """The unpickler's stack and memo, with strings as themselves and all else opaque."""

    def __init__(self, found: Pickle) -> None:
        self.found = found
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def step(self, name: str, op: Any, arg: Any) -> None:
        if name in _PUTS:
            self._put(name, arg)
        elif name in _GETS:
            self._get(arg)
        elif name == "DUP":
            self.stack.append(self._top())
        elif name == "STACK_GLOBAL":
            self._stack_global()
        else:
            self._pop(name, op.stack_before)
            self._note(name, arg)
            self._push(name, op.stack_after, arg)

    def _top(self) -> Any:
        if not self.stack or self.stack[-1] is MARK:
            raise Broken("the stack is empty")
        return self.stack[-1]

    def _put(self, name: str, arg: Any) -> None:
        self.memo[len(self.memo) if name == "MEMOIZE" else int(arg)] = self._top()

    def _get(self, arg: Any) -> None:
        if int(arg) not in self.memo:
            raise Broken("it recalls what was never stored")
        self.stack.append(self.memo[int(arg)])

    def _stack_global(self) -> None:
        if len(self.stack) < 2:
            raise Broken("the stack is empty")
        name, module = self.stack.pop(), self.stack.pop()
        if isinstance(module, str) and isinstance(name, str):
            self.found.imports.append((module, name))
        else:
            self.found.obscure.append("an import whose name is computed")
        self.stack.append(OPAQUE)

    def _pop(self, name: str, before: list[Any]) -> None:
        wanted = len(before)
        if pickletools.markobject in before:
            self._to_mark()
            wanted = before.index(pickletools.markobject)
        if len(self.stack) < wanted:
            raise Broken("the stack is empty")
        gone = [self.stack.pop() for _ in range(wanted)]
        if name != "POP" and any(value is MARK for value in gone):
            raise Broken("a mark stands where a value belongs")

    def _to_mark(self) -> None:
        while self.stack:
            if self.stack.pop() is MARK:
                return
        raise Broken("a mark is missing")

    def _note(self, name: str, arg: Any) -> None:
        if name in ("GLOBAL", "INST"):
            module, _, attribute = str(arg).partition(" ")
            self.found.imports.append((module, attribute))
        elif name in _EXTENSIONS:
            self.found.obscure.append("an import by a number of the copyreg registry")
        elif name in _STRINGS or name in _BYTES:
            self.found.constants.append(bytes(arg) if name in _BYTES else arg)

    def _push(self, name: str, after: list[Any], arg: Any) -> None:
        for value in after:
            if value is pickletools.markobject:
                self.stack.append(MARK)
            else:
                self.stack.append(arg if name in _STRINGS else OPAQUE)


def read_pickle(stream: IO[bytes]) -> Pickle:
    """Follow one pickle from where ``stream`` stands to its end; never raises for bad bytes."""
    found = Pickle()
    machine = _Machine(found)
    ended = False
    try:
        for name, op, arg in _steps(stream):
            found.steps += 1
            machine.step(name, op, arg)
            found.magic = found.magic or (found.steps <= 2 and arg == LEGACY_TORCH_MAGIC)
            ended = name == "STOP"
    except Broken as error:
        found.broken = str(error)
    except (ValueError, IndexError, OverflowError, UnicodeError, AttributeError) as error:
        found.broken = f"{error or type(error).__name__}"[:200]
    if not found.broken and not ended:
        found.broken = "it ends too early"
    return found


def _steps(stream: IO[bytes]) -> Iterator[tuple[str, Any, Any]]:
    with warnings.catch_warnings():
        # Odd escapes in somebody's strings are not our concern.
        warnings.simplefilter("ignore")
        for op, arg, _position in pickletools.genops(stream):
            yield op.name, op, arg


def judge_stream(stream: IO[bytes], notes: Notes, where: str = "", depth: int = 0) -> None:
    """Add to ``notes`` whatever in the pickles of ``stream`` is not known to be harmless."""
    first = read_pickle(stream)
    judge(first, notes, where, depth)
    if first.magic:
        # torch.save before 1.6: five pickles, then the bytes of the tensors.
        for _ in range(4):
            judge(read_pickle(stream), notes, where, depth)
        return
    for _ in range(MOST_PICKLES):
        if not stream.read(1):
            return
        stream.seek(-1, io.SEEK_CUR)
        following = read_pickle(stream)
        judge(following, notes, where, depth)
        if following.broken:
            return
    notes.add("many-pickles", f"More than {MOST_PICKLES} pickles follow each other.", where)


def judge(found: Pickle, notes: Notes, where: str, depth: int = 0) -> None:
    """Add the findings of one pickle and of the pickles hidden in its constants."""
    for module, name in found.imports:
        if (module, name) not in ALLOWED:
            notes.add("import", f"Loading imports {module}.{name}, not on the allow-list.", where)
    for what in found.obscure:
        notes.add("obscure-import", f"Loading does {what}.", where)
    if found.broken:
        notes.add("broken-pickle", f"It cannot be followed to its end: {found.broken}.", where)
    for constant in found.constants:
        _judge_constant(constant, notes, where, depth)


def _judge_constant(constant: bytes | str, notes: Notes, where: str, depth: int) -> None:
    inner = _hidden(constant)
    if inner is None:
        return
    if depth >= DEEPEST:
        notes.add("nested", f"Pickles are nested deeper than {DEEPEST}.", where)
        return
    found = read_pickle(io.BytesIO(inner))
    if found.plausible and (found.imports or found.obscure):
        judge(found, notes, f"{where} (a pickle inside a constant)".strip(), depth + 1)


def _hidden(constant: bytes | str) -> bytes | None:
    """The bytes of a pickle that a constant holds, plainly or in base64."""
    data = constant.encode("utf-8", "surrogatepass") if isinstance(constant, str) else constant
    if data[:1] == b"\x80" and len(data) > 3 and data[1] <= HIGHEST_PROTOCOL:
        return data
    text = data[:2].decode("latin-1") == "gA" and data.decode("latin-1")
    if not text or not _BASE64.fullmatch(text):
        return None
    try:
        return base64.b64decode(re.sub(r"\s", "", text), altchars=b"-_" if _url(text) else None)
    except (binascii.Error, ValueError):
        return None


def _url(text: str) -> bool:
    return "-" in text or "_" in text
