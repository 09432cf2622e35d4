"""Real inputs that lie beside the project and are not committed."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def shared_data(name: str) -> Path:
    """The path of a real input; skips the test, loudly, where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"SKIPPED REAL INPUT: {name} is not on this machine")
    return path
