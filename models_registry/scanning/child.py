"""The process of one scanner: request as JSON on standard input, outcome out. Free of Django."""

import json
import sys
from pathlib import Path
from typing import Any

from models_registry.reading.limits import confine
from models_registry.scanning.formats import LOADING, detect
from models_registry.scanning.registry import scanner_named


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The format of the file, or what one scanner says about it."""
    path = Path(request["path"])
    if not request["scanner"]:
        kind = detect(path)
        return {"format": kind, "loading": LOADING[kind]}
    return scanner_named(request["scanner"]).scan(path).as_json()


def main() -> None:
    request = json.load(sys.stdin)
    confine(request["address_space_mb"], request["cpu_seconds"])
    json.dump(answer(request), sys.stdout)


if __name__ == "__main__":
    main()
