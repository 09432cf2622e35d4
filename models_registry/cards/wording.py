"""Words of a card as they compare: headings, place-holders and names."""

import re
import unicodedata

_MARKUP = re.compile(r"<[^<>]{0,200}>|[*_`~]|!?\[([^\[\]]{0,300})\]\([^()]{0,500}\)")
_ASIDE = re.compile(r"\([^()]{0,300}\)|\[[^\[\]]{0,300}\]")
_NUMBER = re.compile(r"^\s*(?:\d{1,3}(?:\.\d{1,3}){0,4}\.?|[ivxIVX]{1,5}\.)\s+")
_TEMPLATE = re.compile(r"\{\{.{0,300}?\}\}", re.DOTALL)
_MORE = re.compile(r"\[?more information (?:is )?needed\.?\]?", re.IGNORECASE)
_LONGEST_PLACEHOLDER = 5_000
_TRIVIAL = frozenset(
    {
        "", "n a", "na", "none", "tbd", "tba", "todo", "to do", "unknown", "null", "fill in",
        "to be added", "coming soon", "not provided",
    }
)  # fmt: skip
_BIDI = re.compile(
    "[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0b-\x1f\x7f]"
)


def normalise(text: str) -> str:
    """A heading or label as the synonym table spells it: no markup, numbers, signs or asides."""
    text = _MARKUP.sub(lambda found: found[1] or " ", unicodedata.normalize("NFKC", text))
    text = _NUMBER.sub("", text).replace("&", " and ")
    words = re.sub(r"[^\w]+|_", " ", text.casefold())
    return " ".join(words.split())


def without_aside(text: str) -> str:
    """``text`` without what stands in brackets, such as “(optional)”."""
    return _ASIDE.sub(" ", text)


def is_filled(text: str) -> bool:
    """Whether ``text`` says something: a template's place-holder does not."""
    if len(text) > _LONGEST_PLACEHOLDER:
        return True
    rest = _MORE.sub(" ", _TEMPLATE.sub(" ", text))
    rest = re.sub(r"<!--.*?-->", " ", rest, flags=re.DOTALL)
    return normalise(rest) not in _TRIVIAL


def one_line(text: str, limit: int = 200) -> str:
    """``text`` as a name: one line, without control characters and direction marks."""
    return " ".join(_BIDI.sub("", text).split())[:limit]


def has_hidden_marks(text: str) -> bool:
    """Whether ``text`` holds characters that turn or hide what a reader sees."""
    return bool(_BIDI.search(text))
