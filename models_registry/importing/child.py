"""The process that opens an archive: request as JSON on standard input, its files out."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from models_registry.importing.unpacking import BadArchive, unpack
from models_registry.reading.limits import confine


def answer(path: str) -> dict[str, Any]:
    """The files of the archive, or a code that says why there are none."""
    try:
        found = unpack(Path(path))
    except BadArchive as bad:
        return {"bad": bad.code}
    files = {name: base64.b64encode(data).decode() for name, data in found.files.items()}
    return {"files": files, "refused": found.refused}


def main() -> None:
    request = json.load(sys.stdin)
    confine(request["address_space_mb"], request["cpu_seconds"])
    json.dump(answer(request["path"]), sys.stdout)


if __name__ == "__main__":
    main()
