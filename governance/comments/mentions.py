"""People who are named in a text: ``@Ada Fenn`` as it is typed, ``@[12]`` as it is stored."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from ledger.errors import Refused

_TYPED = re.compile(r"(?<![\w.@])@(?=\w)")
_STORED = re.compile(r"@\[(\d{1,18})\]")


@dataclass(frozen=True)
class Piece:
    """A part of a text; ``person`` is set where it names somebody."""

    text: str
    person: str = ""


def stored(text: str, people: Iterable[User]) -> tuple[str, set[int]]:
    """``text`` with numbers for names, and who is named.

    A person goes by the whole name, the e-mail address or what stands before its @; by number,
    too, as a text that was stored before has it. Nobody else's number is kept: it would be shown
    as his name. Raises Refused for an @ that names none of ``people``, or several.
    """
    people = list(people)
    names, known = _names(people), {one.pk for one in people}
    text = _STORED.sub(lambda m: m[0] if int(m[1]) in known else f"@ [{m[1]}]", text)
    longest = sorted(names, key=len, reverse=True)
    found, last, named = [], 0, people_in([text])
    for at in _TYPED.finditer(text):
        rest = text[at.end() :]
        name = next((one for one in longest if _begins(rest, one)), "")
        said = re.split(r"\s", rest, maxsplit=1)[0][:60]
        if not name:
            raise Refused(
                _("“@%s” is nobody who may see this. Write the name or the e-mail address.") % said,
                code="mention",
                field="body",
            )
        if len(names[name]) > 1:
            raise Refused(
                _("“@%s” may be several people. Write the e-mail address.") % said,
                code="mention",
                field="body",
            )
        (pk,) = names[name]
        named.add(pk)
        found.append(text[last : at.start()] + f"@[{pk}]")
        last = at.end() + len(name)
    return "".join(found) + text[last:], named


def people_in(texts: Iterable[str]) -> set[int]:
    """The numbers of all who are named in stored texts."""
    return {int(pk) for text in texts for pk in _STORED.findall(text)}


def pieces(text: str, names: Mapping[int, str]) -> list[Piece]:
    """A stored text in pieces for a page."""
    found, last = [], 0
    for match in _STORED.finditer(text):
        found.append(Piece(text[last : match.start()]))
        found.append(Piece("@" + names.get(int(match[1]), "?"), "yes"))
        last = match.end()
    return [piece for piece in (*found, Piece(text[last:])) if piece.text]


def typed(text: str, names: Mapping[int, str]) -> str:
    """A stored text as its author types it."""
    return "".join(piece.text for piece in pieces(text, names))


def _names(people: Iterable[User]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in people:
        for name in {one.name, one.email, one.email.partition("@")[0]}:
            found.setdefault(name.casefold(), set()).add(one.pk)
    return found


def _begins(text: str, name: str) -> bool:
    after = text[len(name) : len(name) + 1]
    return text[: len(name)].casefold() == name and not (after.isalnum() or after in {"_", "@"})
