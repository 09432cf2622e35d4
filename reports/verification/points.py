"""One thing that was looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """`holds` is None for what cannot be told or is only said; `code` is stable."""

    code: str
    holds: bool | None
    sentence: str

    @property
    def state(self) -> str:
        """The state as the pages mark it."""
        return {True: "pass", False: "fail", None: "unknown"}[self.holds]
