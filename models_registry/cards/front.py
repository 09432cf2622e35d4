"""Finding the YAML front matter at the head of a card."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Front:
    """The raw front matter (``None`` when there is none) and where the Markdown starts.

    ``unclosed`` means that the file opens one and never ends it: all of it counts as Markdown.
    """

    text: str | None
    first_line: int
    body: list[str]
    body_line: int
    unclosed: bool = False


def find(lines: list[str]) -> Front:
    """Split off front matter: a first non-blank line ``---`` up to the next line ``---``."""
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[start].rstrip() != "---":
        return Front(None, 1, lines, 1)
    for index in range(start + 1, len(lines)):
        if lines[index].rstrip() == "---":
            text = "\n".join(lines[start + 1 : index]) + "\n"
            return Front(text, start + 2, lines[index + 1 :], index + 2)
    return Front(None, 1, lines, 1, unclosed=True)
