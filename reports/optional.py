"""What may be left out of a print; the proof of it may not."""

OPTIONAL = ("card", "checks", "risks", "incidents", "evidence")
