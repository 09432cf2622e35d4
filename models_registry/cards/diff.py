"""What changed between two texts, word by word, in bounded time.

Lines are compared first, words only inside the lines that differ: a card whose paragraphs were
wrapped anew shows no change, and two huge texts that share nothing cost no more than reading them.
The longest common matching block (Ratcliff and Obershelp, as in difflib) decides what stays.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from re import compile as regex

SAME, INSERTED, DELETED = "same", "ins", "del"

# difflib's cost grows with the pairs of equal elements; beyond this a block counts as replaced.
MOST_PAIRS = 40_000

_WORD = regex(r"\S+\s*|\s+")


@dataclass(frozen=True)
class Piece:
    """A run of text that stands in both versions, or in the new or the old one only."""

    kind: str
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """The pieces of ``new`` and what ``old`` had instead, in reading order.

    The texts of all pieces but the deleted ones make up ``new``. White space alone is no change.
    """
    pieces: list[Piece] = []
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, left, right in _blocks(before, after):
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(right)))
        else:
            pieces += _words("".join(left), "".join(right))
    return _joined(pieces)


def _words(old: str, new: str) -> list[Piece]:
    pieces: list[Piece] = []
    for tag, left, right in _blocks(_WORD.findall(old), _WORD.findall(new)):
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(right)))
            continue
        pieces += [Piece(DELETED, "".join(left))] if left else []
        pieces += [Piece(INSERTED, "".join(right))] if right else []
    return pieces


def _blocks(
    old: Sequence[str], new: Sequence[str]
) -> list[tuple[str, Sequence[str], Sequence[str]]]:
    """Blocks of equal and unequal elements; where comparing would cost too much, one of each."""
    before, after = [part.strip() for part in old], [part.strip() for part in new]
    start, end = _shared_edges(before, after)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    found: list[tuple[str, Sequence[str], Sequence[str]]] = [("equal", old[:start], new[:start])]
    found += _compared(left, right) if _affordable(left, right) else [("replace", left, right)]
    found.append(("equal", old[len(old) - end :], new[len(new) - end :]))
    return [block for block in found if block[1] or block[2]]


def _compared(
    old: Sequence[str], new: Sequence[str]
) -> list[tuple[str, Sequence[str], Sequence[str]]]:
    before, after = [part.strip() for part in old], [part.strip() for part in new]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [(tag, old[a:b], new[c:d]) for tag, a, b, c, d in matcher.get_opcodes()]


def _shared_edges(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    shortest = min(len(old), len(new))
    start = 0
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _affordable(old: Sequence[str], new: Sequence[str]) -> bool:
    counts = Counter(part.strip() for part in old)
    return sum(counts[part.strip()] for part in new) <= MOST_PAIRS


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one kind as one piece; what was taken out behind the last word stands apart."""
    found: list[Piece] = []
    for part in pieces:
        runs_on = part.kind == DELETED and found and not found[-1].text[-1:].isspace()
        piece = Piece(DELETED, f" {part.text}") if runs_on else part
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
