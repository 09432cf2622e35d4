"""The process that opens an uploaded table file: request as JSON in, rows as JSON out.

Django-free: it holds no database connection, no key and no session that a file could reach.
"""

import json
import sys
from pathlib import Path

from models_registry.reading.limits import Request, confine
from models_registry.spreadsheet.problem import SheetProblem
from models_registry.spreadsheet.reading import read


def answer(request: Request) -> dict[str, object]:
    """The rows of the file that ``request`` names, or a code that says why not."""
    try:
        return {"sheet": read(Path(request["path"])).as_json()}
    except SheetProblem as problem:
        return {"problem": {"code": problem.code, "facts": problem.facts}}
    except (MemoryError, RecursionError):
        return {"problem": {"code": "bomb", "facts": {"limit": 64}}}


def main() -> None:
    request: Request = json.load(sys.stdin)
    confine(request["address_space_mb"], request["cpu_seconds"])
    json.dump(answer(request), sys.stdout)


if __name__ == "__main__":
    main()
