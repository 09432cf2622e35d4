"""Text of others as it may be shown: what cannot be seen is made visible."""

import re

# Marks that turn the direction of text, and signs without width. Joiners stay: emoji and several
# scripts need them.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    """``text`` with bidirectional marks and zero-width signs written out, such as ``[U+202E]``."""
    shown = _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", shown)
