"""What every source is turned into: entries with the ids that their own system gave them."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ledger.errors import Refused

SYSTEM, MODEL, VERSION, USE = "system", "model", "version", "use"
KINDS = (SYSTEM, MODEL, VERSION, USE)
MOST_ENTRIES = 5_000


@dataclass(frozen=True)
class Trouble:
    """What is wrong with an entry; ``field`` is empty when it is about the whole of it."""

    text: str
    field: str = ""


@dataclass(frozen=True)
class CardFile:
    """A model card and where it was found."""

    path: str
    data: bytes


@dataclass
class Entry:
    """One record as its source describes it.

    ``key`` names it among the entries of its kind, ``external_id`` in its own system. ``values``
    are plain texts, lists and tables by field; a field that is not named stays as it is.
    ``initial`` holds for a new record only. ``system`` and ``model`` are keys of other entries, or
    external ids of records that are stored already. ``kept`` names what has no field and stays in
    the original file.
    """

    kind: str
    key: str
    line: int = 0
    external_id: str = ""
    place: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    initial: dict[str, Any] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    system: str = ""
    model: str = ""
    card: CardFile | None = None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A part of the source that became no entry, and why."""

    place: str
    text: str


@dataclass
class Manifest:
    """All entries of a source, in its order."""

    source_system: str
    entries: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[Entry]:
        """The entries of one kind."""
        return [entry for entry in self.entries if entry.kind == kind]

    def add(self, entry: Entry) -> None:
        """Add ``entry``. Raises ``Refused`` when there are too many of them."""
        if len(self.entries) >= MOST_ENTRIES:
            raise Refused(
                _("There are more than %(most)s records. Split the file and import the parts.")
                % {"most": f"{MOST_ENTRIES:,}"},
                code="too-many",
                status=413,
            )
        self.entries.append(entry)


def again(first_line: int) -> Trouble:
    """The id of an entry was used before."""
    if first_line:
        return Trouble(_("This id stands here again (first in line %(n)s).") % {"n": first_line})
    return Trouble(_("This id stands here again."))
