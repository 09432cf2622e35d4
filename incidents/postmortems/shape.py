"""The document of a postmortem as plain data: what is frozen, hashed, drawn and printed."""

import datetime as dt
from typing import Any

FORMAT = "assay-postmortem"
# Name of each period, from which moment, to which. Counted from noticing, as research on response
# times asks: only the time to notice begins with the harm itself.
PERIODS = (
    ("detect", "occurred", "detected"),
    ("acknowledge", "detected", "acknowledged"),
    ("contain", "detected", "contained"),
    ("repair", "detected", "fixed"),
    ("resolve", "detected", "resolved"),
)
Document = dict[str, Any]


def periods(moments: dict[str, dt.datetime | None]) -> list[dict[str, Any]]:
    """How long each step took, in whole seconds; a step without both moments is left out.

    A moment that was recorded before the one it counts from gives 0, not a negative time.
    """
    found = []
    for name, begins, ends in PERIODS:
        start, end = moments.get(begins), moments.get(ends)
        if start is not None and end is not None:
            seconds = max(0, int((end - start).total_seconds()))
            found.append({"name": name, "from": begins, "to": ends, "seconds": seconds})
    return found


def spoken(seconds: int) -> str:
    """A length of time with its two largest units, such as ``3 h 20 min``."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count) or "0 s"


def moment(text: str) -> dt.datetime:
    """A moment of the document, which is UTC in ISO 8601."""
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
