"""The process that opens an uploaded table: request as JSON on standard input, profile out.

Django-free on purpose: it starts in a quarter of a second and holds no database connection,
no key and no session that a hostile file could reach.
"""

import json
import sys
from pathlib import Path

import duckdb

from models_registry.reading.duck import connect, load
from models_registry.reading.inspecting import inspect
from models_registry.reading.limits import Request, confine
from models_registry.reading.problem import TableProblem


def answer(request: Request) -> dict[str, object]:
    """Profile the table that `request` names, or say in a code why it cannot be."""
    path, scratch = Path(request["path"]), Path(request["scratch"])
    con = connect(scratch, [path], memory_mb=request["memory_mb"], threads=request["threads"])
    try:
        notes = load(con, path, request["media_type"], "rows")
        return {"profile": inspect(con, "rows", notes).as_json()}
    except TableProblem as problem:
        return {"problem": {"code": problem.code, "facts": problem.facts}}
    except (duckdb.OutOfMemoryException, MemoryError):
        return {"problem": {"code": "out_of_memory", "facts": {}}}
    finally:
        con.close()


def main() -> None:
    request: Request = json.load(sys.stdin)
    confine(request["address_space_mb"], request["cpu_seconds"])
    json.dump(answer(request), sys.stdout)


if __name__ == "__main__":
    main()
