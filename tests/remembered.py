"""Answers of child processes, each asked once per test process.

A run of a check or the reading of a table is a pure function of its request and of the bytes of
its files. Starting an interpreter for the same question hundreds of times says nothing new, and an
ordinary question is answered by the same function in this process; whatever goes wrong there is
asked of a child. Tests about the children themselves ask them directly.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evaluations import computing
from evaluations.engine import child as engine
from models_registry.reading import child as reader
from models_registry.reading import tables
from models_registry.reading.process import ChildLimits, ask
from models_registry.spreadsheet import asking
from models_registry.spreadsheet import child as sheets

Tick = Callable[[str], None]
# When a run was asked for is part of the question for these checks only.
TIMED = frozenset({"data.freshness", "decay.trend"})
# What a child's module answers with; the import of the engine costs a child over a second.
ANSWERS: dict[str, Callable[[Any], Any]] = {
    engine.__name__: engine.answer,
    reader.__name__: reader.answer,
    sheets.__name__: sheets.answer,
}
ORDINARY = (computing.LIMITS, computing.REPLAY_LIMITS, tables.LIMITS, asking.LIMITS)
SMALL = 1_000_000
_kept: dict[str, str] = {}


def ask_once(
    module: str,
    request: Mapping[str, object],
    limits: ChildLimits,
    *,
    tick: Tick | None = None,
) -> dict[str, Any]:
    """What the child answers; from memory when it was asked the same. A failure is not kept."""
    key = _key(module, request, limits)
    if key not in _kept:
        answer = answered_here(module, request, limits)
        _kept[key] = answer or json.dumps(ask(module, request, limits, tick=tick))
    found: dict[str, Any] = json.loads(_kept[key])
    return found


def answered_here(module: str, request: Mapping[str, object], limits: ChildLimits) -> str:
    """The answer as JSON; empty for what belongs into a child: hostile sizes, tight limits."""
    paths = [Path(str(value)) for name, value in request.items() if name.endswith("path")]
    known = all(path.is_file() and path.stat().st_size <= SMALL for path in paths)
    # A small Parquet file can unpack to anything.
    packed = module == reader.__name__ and "parquet" in str(request.get("media_type"))
    if module not in ANSWERS or not known or packed or limits not in ORDINARY:
        return ""
    with tempfile.TemporaryDirectory(prefix="assay-here-") as scratch:
        bounds = {"memory_mb": limits.memory_mb, "threads": limits.threads}
        whole = json.loads(json.dumps({**request, **bounds, "scratch": scratch}))
        try:
            return json.dumps(ANSWERS[module](whole), allow_nan=False)
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError, OSError):
            return ""


def _key(module: str, request: Mapping[str, object], limits: ChildLimits) -> str:
    timed = request.get("check") in TIMED
    question = {
        name: _content(value) if name.endswith("path") else value
        for name, value in request.items()
        if name != "at" or timed
    }
    whole = json.dumps([module, question, repr(limits)], sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()


def _content(value: object) -> str:
    path = Path(str(value))
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else str(value)
