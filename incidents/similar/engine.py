"""TF-IDF over words, with the reason of every hit (Salton and Buckley 1988).

Weights are (1 + ln tf) · (ln((1 + n) / (1 + df)) + 1), each text scaled to length 1. Texts are
those of one reader: ``n`` and ``df`` count nothing that this reader may not see, so neither a
score nor an order tells of a record hidden from him.
"""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_WORD = re.compile(r"[^\W_][\w.\-]*[^\W_]|[^\W_]")
_CVE = re.compile(r"cve-\d{4}-\d{4,7}", re.IGNORECASE)
_TECHNIQUE = re.compile(r"aml\.t\d{4}(?:\.\d{3})?", re.IGNORECASE)
# Words that stand in nearly every text say nothing, also where there are few texts.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be been but by can could for from had has have if in into is it its
        may more no not of on or other such than that the their then there these they this to used
        using was we were when which will with would you""",
    )
)
MAX_WORDS = 4_000
SHOWN_TERMS = 6

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Text:
    """The words of one incident with their counts, and its exact identifiers."""

    counts: dict[str, int]
    cves: frozenset[str]
    techniques: frozenset[str]


@dataclass(frozen=True)
class Hit(Generic[K]):
    """A text that resembles the question: how much (0 to 1), and why."""

    key: K
    score: float
    cves: tuple[str, ...]
    techniques: tuple[str, ...]
    terms: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of ``text`` in small letters, at most 4,000; identifiers stay whole."""
    found = (word.lower() for word in _WORD.findall(text))
    return [word for word in found if word not in _COMMON and len(word) <= 60][:MAX_WORDS]


def text_of(title: str, body: str, identifiers: Iterable[str] = ()) -> Text:
    """What is compared of an incident: title, body, and identifiers such as techniques."""
    whole = "\n".join([title, body, *identifiers])
    return Text(
        dict(Counter(words_of(whole))),
        frozenset(found.upper() for found in _CVE.findall(whole)),
        frozenset(found.upper() for found in _TECHNIQUE.findall(whole)),
    )


class Corpus(Generic[K]):
    """The texts of one reader, ready to be asked."""

    def __init__(self, texts: Sequence[tuple[K, Text]]) -> None:
        self._texts = texts
        found = Counter(word for _key, text in texts for word in text.counts)
        self._idf = {
            word: math.log((1 + len(texts)) / (1 + held)) + 1 for word, held in found.items()
        }
        self._weights = [self._scaled(text) for _key, text in texts]

    def like(self, asked: Text, *, top: int, least: float = 0.05) -> list[Hit[K]]:
        """The ``top`` texts most like ``asked``: those with the same CVE first, then by score.

        Texts that share no CVE and score below ``least`` are left out.
        """
        question = self._scaled(asked)
        scores = [_product(question, weights) for weights in self._weights]
        same = [bool(asked.cves & text.cves) for _key, text in self._texts]
        order = sorted(range(len(scores)), key=lambda at: (not same[at], -scores[at], at))[:top]
        return [
            self._hit(at, scores[at], asked, question)
            for at in order
            if same[at] or scores[at] >= least
        ]

    def _hit(self, at: int, score: float, asked: Text, question: dict[str, float]) -> Hit[K]:
        key, text = self._texts[at]
        weights = self._weights[at]
        shared = [word for word in weights if word in question]
        best = sorted(shared, key=lambda word: -weights[word] * question[word])[:SHOWN_TERMS]
        return Hit(
            key,
            round(score, 4),
            tuple(sorted(asked.cves & text.cves)),
            tuple(sorted(asked.techniques & text.techniques)),
            tuple(best),
        )

    def _scaled(self, text: Text) -> dict[str, float]:
        """The weight of each known word; together of length 1, or none."""
        weights = {
            word: (1 + math.log(count)) * self._idf[word]
            for word, count in text.counts.items()
            if word in self._idf
        }
        length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()}


def _product(one: dict[str, float], other: dict[str, float]) -> float:
    few, many = sorted((one, other), key=len)
    return math.fsum(weight * many[word] for word, weight in few.items() if word in many)
