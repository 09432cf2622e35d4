"""The ways in which people and files write an AI RMF identifier.

Four forms are in use: ``GOVERN 1.1`` (AI RMF 1.0), ``GV-1.1`` (NIST AI 600-1),
``GOVERN-1`` for a category (Playbook export) and ``GOVERN 1.0`` for a category (SCF).
"""

import re

SHORT_FORMS = {"GV": "GOVERN", "MP": "MAP", "MS": "MEASURE", "MG": "MANAGE"}
FUNCTIONS = tuple(SHORT_FORMS.values())
_FORM = re.compile(
    r"\s*(GOVERN|MAP|MEASURE|MANAGE|GV|MP|MS|MG)(?:[\s-]+([1-9]\d?)(?:\.(\d{1,2}))?)?\s*",
    re.ASCII | re.IGNORECASE,
)


def canonical_key(written: str) -> str:
    """Return the key as AI RMF 1.0 prints it: ``MEASURE``, ``MEASURE 2`` or ``MEASURE 2.4``.

    Raises ValueError when the text is none of the known forms. The form alone is checked:
    whether the framework has such a node is for the caller to look up.
    """
    match = _FORM.fullmatch(written)
    if match is None:
        raise ValueError(written)
    name, category, item = match.groups()
    function = SHORT_FORMS.get(name.upper(), name.upper())
    if category is None:
        return function
    if item is None or int(item) == 0:
        return f"{function} {category}"
    if item.startswith("0"):
        raise ValueError(written)
    return f"{function} {category}.{item}"


def parent_key(key: str) -> str | None:
    """Key of the node above: ``MEASURE 2.4`` → ``MEASURE 2`` → ``MEASURE`` → None."""
    if "." in key:
        return key.rpartition(".")[0]
    function, _, category = key.partition(" ")
    return function if category else None


def key_forms(written: str) -> list[str]:
    """Identifiers that the text may mean: itself, and the AI RMF's own form of it.

    Other frameworks have identifiers of their own (``17(1)(a)``, ``MP-6`` of SP 800-53), which
    are read as they stand; which of the two exists is for the caller to look up.
    """
    text = written.strip()
    try:
        return list(dict.fromkeys([text, canonical_key(text)]))
    except ValueError:
        return [text]


def slug(key: str) -> str:
    """The key as it stands in an address: ``measure-2.4``; ``key_forms`` reads it back.

    Only the AI RMF's own keys are shortened; all others stay as they are.
    """
    try:
        known = canonical_key(key) == key
    except ValueError:
        known = False
    return key.lower().replace(" ", "-") if known else key
