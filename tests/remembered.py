"""Answers of child processes, each asked once per test process.

A run of a check or the reading of a table is a pure function of its request and of the bytes of
its files. Starting an interpreter for the same question hundreds of times says nothing new;
tests about the children themselves ask them directly.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from models_registry.reading.process import ChildLimits, ask

Tick = Callable[[str], None]
# When a run was asked for is part of the question for these checks only.
TIMED = frozenset({"data.freshness", "decay.trend"})
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
        _kept[key] = json.dumps(ask(module, request, limits, tick=tick))
    found: dict[str, Any] = json.loads(_kept[key])
    return found


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
