"""What the parent hands to the child and what comes back: plain data over stdin and stdout.

Wire format, both ways: one line of JSON (UTF-8, newline-terminated), then raw bytes.
Parent to child: the raw bytes are the HTML, then every asset, then every attachment, in the
order and with the sizes that the line names. Child to parent: the raw bytes are the PDF.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, Self

MIB = 1024 * 1024
EXIT_MEMORY = 4


@dataclass(frozen=True)
class Limits:
    """Upper bounds for one rendering; the child sets its own, the parent watches the clock."""

    memory_bytes: int = 1536 * MIB
    cpu_seconds: int = 120
    wall_seconds: float = 240.0
    html_bytes: int = 24 * MIB
    pages: int = 2000


@dataclass(frozen=True)
class Asset:
    """A file that the document may refer to as ``asset:name``."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Embedded:
    """A file embedded in the PDF (PDF/A-3 associated file).

    `relationship` is one of the AFRelationship values of ISO 32000-2, 7.11.3: Source, Data,
    Supplement, Alternative.
    """

    name: str
    description: str
    relationship: str
    body: bytes


@dataclass(frozen=True)
class RenderJob:
    """Everything that decides the bytes of one PDF.

    `moment` is ISO 8601 in UTC (``2026-11-23T18:00:00Z``); it becomes the creation and
    modification date of the document and of every embedded file.
    """

    html: str
    moment: str
    assets: tuple[Asset, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def to_bytes(self) -> bytes:
        """The wire form."""
        html = self.html.encode()
        head: dict[str, Any] = {
            "moment": self.moment,
            "limits": asdict(self.limits),
            "html": len(html),
            "assets": [[a.name, a.media_type, len(a.body)] for a in self.assets],
            "embedded": [
                [e.name, e.description, e.relationship, len(e.body)] for e in self.embedded
            ],
        }
        bodies = [html, *(a.body for a in self.assets), *(e.body for e in self.embedded)]
        return json.dumps(head).encode() + b"\n" + b"".join(bodies)

    @classmethod
    def read(cls, stream: BinaryIO) -> Self:
        """Read the wire form; raises ValueError when it is cut short."""
        head = json.loads(stream.readline())
        html = _take(stream, head["html"]).decode()
        assets = tuple(Asset(n, m, _take(stream, size)) for n, m, size in head["assets"])
        embedded = tuple(
            Embedded(n, d, r, _take(stream, size)) for n, d, r, size in head["embedded"]
        )
        return cls(html, head["moment"], assets, embedded, Limits(**head["limits"]))


def _take(stream: BinaryIO, size: int) -> bytes:
    body = stream.read(size)
    if len(body) != size:
        raise ValueError("The render job is cut short.")
    return body


@dataclass(frozen=True)
class Rendered:
    """A finished PDF and what it cost: pages, CPU seconds, peak resident memory in MiB.

    `blocked` lists the addresses that the document asked for and did not get. Of a document in
    parts, `peak_mib` is that of the largest worker, `joiner_mib` that of the joining process, and
    `laid_out` says how many of its `parts` were not kept from before.
    """

    pdf: bytes
    pages: int
    cpu_seconds: float
    peak_mib: int
    blocked: tuple[str, ...]
    joiner_mib: int = 0
    parts: int = 1
    laid_out: int = 1


class RenderError(Exception):
    """The PDF could not be made. `code` is stable; `detail` is for the log, not for the page.

    Codes: pango-missing, memory, cpu, time, too-large, too-many-pages, broken, crashed. `part` is
    the title of the part that could not be made, where one is known.
    """

    def __init__(self, code: str, detail: str = "", *, part: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.part = part
