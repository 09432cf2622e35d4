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

import numpy as np
from scipy import sparse

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
        self._keys = [key for key, _text in texts]
        self._texts = [text for _key, text in texts]
        self._columns: dict[str, int] = {}
        for _key, text in texts:
            for word in text.counts:
                self._columns.setdefault(word, len(self._columns))
        counts = _counts(self._texts, self._columns)
        found = np.bincount(counts.indices, minlength=len(self._columns))
        self._idf = np.log((1 + len(texts)) / (1 + found)) + 1
        self._weights = _scaled(counts, self._idf)

    def like(self, asked: Text, *, top: int, least: float = 0.05) -> list[Hit[K]]:
        """The ``top`` texts most like ``asked``: those with the same CVE first, then by score.

        Texts that share no CVE and score below ``least`` are left out.
        """
        if not self._keys:
            return []
        known = {word: count for word, count in asked.counts.items() if word in self._columns}
        question = _scaled(
            _counts([Text(known, asked.cves, asked.techniques)], self._columns), self._idf
        )
        scores = (self._weights @ question.T).toarray().ravel()
        same = np.array([bool(asked.cves & text.cves) for text in self._texts])
        order = np.lexsort((np.arange(len(scores)), -scores, ~same))[:top]
        chosen = [int(at) for at in order if same[at] or scores[at] >= least]
        return [self._hit(at, float(scores[at]), asked, question) for at in chosen]

    def _hit(self, at: int, score: float, asked: Text, question: sparse.csr_array) -> Hit[K]:
        text = self._texts[at]
        shares = self._weights[[at], :].multiply(question).tocsr()
        names = list(self._columns)
        best = np.argsort(-shares.data, kind="stable")[:SHOWN_TERMS]
        return Hit(
            self._keys[at],
            round(score, 4),
            tuple(sorted(asked.cves & text.cves)),
            tuple(sorted(asked.techniques & text.techniques)),
            tuple(names[int(shares.indices[place])] for place in best),
        )


def _counts(texts: Sequence[Text], columns: dict[str, int]) -> sparse.csr_array:
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for text in texts:
        for word, count in text.counts.items():
            indices.append(columns[word])
            data.append(1 + math.log(count))
        starts.append(len(indices))
    shape = (len(texts), len(columns))
    return sparse.csr_array((np.array(data), np.array(indices, int), np.array(starts)), shape=shape)


def _scaled(counts: sparse.csr_array, idf: np.ndarray) -> sparse.csr_array:
    """Weighted rows of length 1; an empty row stays empty."""
    weights = counts.copy()
    weights.data = weights.data * idf[weights.indices]
    lengths = np.sqrt(weights.multiply(weights).sum(axis=1))
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    weights.data = weights.data / lengths[rows]
    return weights
