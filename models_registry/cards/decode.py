"""From the bytes of a card to its text, or a refusal that names the byte and the remedy."""

import codecs
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ledger.errors import Refused

MAX_BYTES = 5_000_000
MAX_LINES = 20_000

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's “utf-16” would choose the byte order of this machine.
_EXACT = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_KNOWN = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x7fELF", "ELF"),
    (b"\x93NUMPY", "NumPy"),
    (b"PAR1", "Parquet"),
)


@dataclass(frozen=True)
class Text:
    """A decoded card: ``lines`` without their ends, and what the bytes looked like.

    ``raw`` is the text with its line ends as they are, without the byte order mark ``mark``.
    """

    lines: list[str]
    encoding: str
    newlines: str
    size: int
    raw: str = ""
    mark: bytes = b""

    def encode(self, raw: str) -> bytes:
        """``raw`` as bytes in the encoding of this text, with its byte order mark."""
        return self.mark + raw.encode(_EXACT.get(self.mark, "utf-8"))


def decode(data: bytes) -> Text:
    """Decode a card: UTF-8, or UTF-16/32 that starts with a byte order mark.

    Raises ``Refused`` when the file is empty, too large, binary or in another encoding.
    """
    _check_size(data)
    _check_kind(data)
    mark, encoding = next((m for m in _MARKS if data.startswith(m[0])), (b"", "utf-8"))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(data, encoding, error) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(
            _(
                "Line %(line)s holds a NUL character, so this is no text file. Export the card "
                "as text and import it again."
            ),
            code="binary",
            line=line,
        )
    if not text.strip():
        raise _refused(
            _("The card holds only blank lines. Choose the file that has the text."), code="empty"
        )
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = unified.split("\n")
    return Text(lines, encoding, _newlines(text), len(data), text, mark)


def refuse_too_many_lines(text: Text) -> None:
    """Raise ``Refused`` for a Markdown text with more than ``MAX_LINES`` lines."""
    if len(text.lines) > MAX_LINES:
        raise _refused(
            _(
                "The card has %(lines)s lines; the limit is %(limit)s. Move tables and logs into "
                "separate files."
            ),
            code="too-large",
            lines=len(text.lines),
            limit=MAX_LINES,
        )


def _check_size(data: bytes) -> None:
    if not data:
        raise _refused(_("The file is empty. Choose the file that has the text."), code="empty")
    if len(data) > MAX_BYTES:
        raise Refused(
            _(
                "The card is larger than %(limit)s MB, which is the limit. Link large images "
                "instead of embedding them."
            )
            % {"limit": MAX_BYTES // 1_000_000},
            code="too-large",
            field="card",
            status=413,
        )


def _check_kind(data: bytes) -> None:
    for mark, kind in _KNOWN:
        if data.startswith(mark):
            raise _refused(
                _("This is a %(kind)s file, not a model card. Import the card as Markdown text."),
                code="binary",
                kind=kind,
            )


def _not_text(data: bytes, encoding: str, error: UnicodeDecodeError) -> Refused:
    if encoding != "utf-8":
        return _refused(
            _(
                "The file starts like %(encoding)s, but byte %(byte)s does not fit. Save the "
                "card as UTF-8 and import it again."
            ),
            code="encoding",
            encoding=encoding.upper(),
            byte=error.start + 1,
        )
    return _refused(
        _(
            "Byte %(byte)s (line %(line)s, value 0x%(value)s) is not UTF-8. Save the card as "
            "UTF-8 and import it again."
        ),
        code="encoding",
        byte=error.start + 1,
        line=data.count(b"\n", 0, error.start) + 1,
        value=f"{data[error.start]:02X}",
    )


def _newlines(text: str) -> str:
    crlf = text.count("\r\n")
    found = {
        "crlf": crlf,
        "lf": text.count("\n") - crlf,
        "cr": text.count("\r") - crlf,
    }
    used = [name for name, count in found.items() if count]
    return used[0] if len(used) == 1 else "mixed" if used else "none"


def _refused(message: str, *, code: str, **values: object) -> Refused:
    return Refused(message % values, code=code, field="card")
