"""``python -m reports.pdf.joiner``: join the parts that one line of JSON names, then end.

Stdin: ``{"pieces": [[path, continues], …], "digest", "words", "faces", "target", "limits"}``.
Stdout: ``{"pages", "cpu", "peak"}`` or ``{"error", "detail"}``.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from reports.pdf import fence
from reports.pdf.job import Limits


def main() -> int:
    """Read, join, answer."""
    parent = os.getppid()
    answer = fence.take_stdout()
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    fence.bound(Limits(**asked["limits"]), parent)
    joining: Any = importlib.import_module("reports.pdf.joining")
    fence.shut()
    pieces = [joining.Piece(Path(path), continues) for path, continues in asked["pieces"]]
    faces = Path(asked["faces"]).read_bytes()
    footer = joining.Footer(asked["digest"], asked["words"], faces)
    pages = joining.join(pieces, footer, Path(asked["target"]))
    answer.write(json.dumps({"pages": pages, **fence.usage()}).encode())
    answer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
