"""Read a PDF in a process of its own: what it says is not trusted, and neither is its form."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from reports.pdf.job import RenderError
from reports.pdf.process import ask

WALL_SECONDS = 90.0


@dataclass(frozen=True)
class Found:
    """One signature as read.

    `end` is how many bytes it covers from the start (0: not a plain cover), `digest` their
    SHA-256, `intact` that they are unchanged, `valid` that the signature is by its certificate,
    `trusted` that the certificate rests on a trusted one. `at` and `stamp` are ISO 8601.
    """

    field: str
    name: str
    statement: str
    end: int
    digest: str
    intact: bool
    valid: bool
    trusted: bool
    subject: str = ""
    certificate: str = ""
    at: str | None = None
    stamp: str | None = None
    stamp_trusted: bool = False
    locks: bool = False
    why: str = ""


@dataclass(frozen=True)
class Reading:
    """What a PDF holds. `snapshot` and `checkpoint` are empty where nothing is embedded."""

    pages: int
    signatures: tuple[Found, ...]
    snapshot: bytes
    checkpoint: str


class NotReadable(Exception):
    """The file is no PDF that can be read. The text is for the log."""


def read_pdf(pdf: bytes, roots: list[bytes]) -> Reading:
    """Signatures and embedded files of `pdf`. Raises NotReadable."""
    line = json.dumps({"roots": [base64.b64encode(one).decode() for one in roots]})
    try:
        answer = ask(
            "reports.signing.child", line.encode() + b"\n" + pdf, wall_seconds=WALL_SECONDS
        )
    except RenderError as error:
        raise NotReadable(str(error)) from error
    head_line, _, rest = answer.out.partition(b"\n")
    if not head_line:
        raise NotReadable(f"{answer.death}: {answer.tail}")
    head: dict[str, Any] = json.loads(head_line)
    if "error" in head:
        raise NotReadable(head["detail"])
    first, _second = head["sizes"]
    return Reading(
        pages=head["pages"],
        signatures=tuple(Found(**one) for one in head["signatures"]),
        snapshot=rest[:first],
        checkpoint=rest[first:].decode(errors="replace"),
    )
