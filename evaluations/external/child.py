"""The process that opens somebody else's results: `python -m evaluations.external.child`.

Request as JSON on standard input, the normal form out. No Django, no database, no network.
"""

import json
import sys
from pathlib import Path
from typing import Any

from evaluations.external.reading import read_file
from evaluations.external.record import ExternalProblem
from models_registry.reading.limits import confine


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The normal form of the file that `request` names, or the code of a problem."""
    try:
        return {"report": read_file(Path(request["path"])).as_json()}
    except ExternalProblem as problem:
        return {"problem": {"code": problem.code, "facts": problem.facts}}
    except RecursionError:
        return {"problem": {"code": "too_deep", "facts": {}}}


def main() -> None:
    request = json.load(sys.stdin)
    confine(int(request["address_space_mb"]), int(request["cpu_seconds"]))
    json.dump(answer(request), sys.stdout, allow_nan=False)


if __name__ == "__main__":
    main()
