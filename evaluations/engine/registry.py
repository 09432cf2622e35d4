"""From a check's id to its code, loaded only where something is computed."""

import hashlib
import importlib
from pathlib import Path

from evaluations.checks.catalogue import CATALOGUE
from evaluations.engine.protocol import Check


class UnknownCheck(LookupError):
    """No check of this id is in the catalogue."""


def load_check(check_id: str) -> Check:
    """The implementation of a check. Raises UnknownCheck."""
    spec = CATALOGUE.get(check_id)
    if spec is None:
        raise UnknownCheck(check_id)
    module, _, name = spec.implementation.partition(":")
    check: Check = getattr(importlib.import_module(module), name)()
    return check


def code_hash(implementation: str = "") -> str:
    """SHA-256 over the source of the engine and of all checks: which code gave a verdict.

    The module of a check that was installed beside Assay is added.
    """
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted([*root.glob("engine/*.py"), *root.glob("checks/*.py")]):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    module = implementation.partition(":")[0]
    if module and not module.startswith("evaluations."):
        origin = importlib.import_module(module).__file__
        digest.update(Path(origin).read_bytes() if origin else module.encode())
    return digest.hexdigest()
