"""Text in a cell: safe in every spreadsheet, and the same again when it comes back. No Django."""

import re

# A cell that begins so may be run as a formula (OWASP, CSV injection), also in full width.
_RUN = r"'*[=+\-@\t\n\r\uff1d\uff0b\uff0d\uff20]"
_TO_GUARD = re.compile(_RUN)
_GUARDED = re.compile(f"'{_RUN}")
# XML 1.0 has no way to say these.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain_text(text: str) -> str:
    """``text`` with one kind of line end and nothing that a file cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def guarded(text: str) -> str:
    """``text`` that no spreadsheet runs: an apostrophe stands before what looks like a formula.

    ``unguarded(guarded(text)) == text`` for every text.
    """
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguarded(text: str) -> str:
    """``text`` without the apostrophe that ``guarded`` put before it."""
    return text[1:] if _GUARDED.match(text) else text
