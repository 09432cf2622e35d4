"""The name of a model as the first heading of its card spells it."""

import re

from models_registry.cards.wording import normalise, one_line

_EDGES = re.compile(
    r"^model\s{1,5}card(?:\s{1,5}(?:for|of)\b|\s{0,5}[:–—-]|(?=\s{0,5}$))\s{0,5}(?:the\s)?"
    r"|\s{0,5}[:–—(-]?\s{0,5}\bmodel\s{1,5}card\)?$",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[*`]{1,3}|\[([^\[\]]{0,200})\]\([^()]{0,400}\)")


def name_from_title(title: str) -> str:
    """“Whisper” from “Model Card: Whisper”; empty when the heading holds no name."""
    text = re.sub(r"!\[[^\[\]]{0,200}\]\([^()]{0,400}\)|<[^<>]{0,300}>", " ", title)
    text = _MARKUP.sub(lambda found: found[1] or "", text)
    name = _EDGES.sub("", one_line(text)).strip(" :–—-")
    return name if normalise(name) not in {"", "readme"} else ""
