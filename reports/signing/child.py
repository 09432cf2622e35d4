"""``python -m reports.signing.child``: read one PDF that somebody brought, then end.

Stdin: one line of JSON ``{"roots": [base64 DER, …]}``, then the PDF. Stdout: one line of JSON
(see ``reports.signing.reading.Reading``), then the embedded snapshot, then the checkpoint.
"""

import base64
import importlib
import json
import os
import sys
from typing import Any

from reports.pdf import fence
from reports.pdf.job import MIB, Limits

LIMITS = Limits(memory_bytes=1024 * MIB, cpu_seconds=60)
EXIT_NAMED_ERROR = 3


def main() -> int:
    """Read the question, write the answer; a file that is no PDF is an error with a name."""
    parent = os.getppid()
    answer = fence.take_stdout()
    raw = sys.stdin.buffer.read()
    line, _, pdf = raw.partition(b"\n")
    fence.bound(LIMITS, parent)
    engine: Any = importlib.import_module("reports.signing.reader")
    fence.shut()
    roots = [base64.b64decode(one) for one in json.loads(line)["roots"]]
    try:
        head, bodies = engine.read(pdf, roots)
    except engine.NOT_READABLE as error:
        head, bodies = {"error": "not-a-pdf", "detail": f"{type(error).__name__}: {error}"}, []
    answer.write(json.dumps(head).encode() + b"\n" + b"".join(bodies))
    answer.close()
    return EXIT_NAMED_ERROR if "error" in head else 0


if __name__ == "__main__":
    sys.exit(main())
