"""The process that verifies a signature: a folder in, a verdict out. Free of Django."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from models_registry.reading.limits import confine

verifying: Any
try:
    verifying = import_module("model_signing.verifying")
except ImportError:  # the extra `signing` is not installed
    verifying = None

MISSING = "Verifying needs the extra: install assay[signing]."


def answer(folder: Path) -> dict[str, str]:
    """Verified when the bundle names exactly the files of ``folder/model``, with their digests."""
    if verifying is None:
        return {"verdict": "unverified", "detail": MISSING}
    config = verifying.Config().use_elliptic_key_verifier(public_key=folder / "key.pem")
    try:
        config.verify(folder / "model", folder / "bundle.json")
    except Exception as error:  # noqa: BLE001  whatever a foreign bundle breaks, it does not hold
        return {"verdict": "failed", "detail": f"{error or type(error).__name__}"[:400]}
    return {"verdict": "verified", "detail": ""}


def main() -> None:
    request = json.load(sys.stdin)
    confine(request["address_space_mb"], request["cpu_seconds"])
    json.dump(answer(Path(request["folder"])), sys.stdout)


if __name__ == "__main__":
    main()
