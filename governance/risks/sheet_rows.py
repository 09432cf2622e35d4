"""Risks as rows of a table file, and the rows of one that came back as what they ask for."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import colleagues
from frameworks.identifiers import canonical_key
from governance.risks.models import RATINGS, Harm, Risk
from governance.risks.queries import matrix_for
from models_registry.models import AISystem
from models_registry.spreadsheet.asking import cell_sentence
from models_registry.spreadsheet.cells import guarded, plain_text, unguarded
from models_registry.spreadsheet.sheet import Row, Sheet

FIELDS = (
    "title", "description", "system", "owner", "strategy", "review_on", "harms", "subcategories",
    *RATINGS,
)  # fmt: skip
COLUMNS = ("reference", "version", *FIELDS)


@dataclass(frozen=True)
class Cell:
    """One cell that differs, as text."""

    label: str
    old: str
    new: str


@dataclass
class Line:
    """What one row asks for. ``risk`` is None for a new one; ``problems`` are reasons against."""

    row: int
    title: str
    risk: Risk | None = None
    values: dict[str, Any] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """refused, new, changed or unchanged."""
        if self.problems:
            return "refused"
        if self.risk is None:
            return "new"
        return "changed" if self.values else "unchanged"


def rows_of(risks: QuerySet[Any]) -> Iterator[list[str | int]]:
    """One row of cells for each risk that is open; one query."""
    for risk in risks.filter(state=Risk.State.OPEN).order_by("pk"):
        yield [risk.reference, risk.version, *(cell_of(risk, name) for name in FIELDS)]


def cell_of(risk: Risk, name: str) -> str | int:
    """A field as its cell holds it, before it is made safe."""
    value = getattr(risk, name)
    if value is None:
        return ""
    if isinstance(value, User):
        return value.email
    if isinstance(value, list):
        return ", ".join(value)
    return value if isinstance(value, int) else plain_text(str(value))


def label_of(name: str) -> str:
    """What a column is called on pages."""
    found: Any = Risk._meta.get_field(name)
    return str(found.verbose_name)


class Desk:
    """Reads rows, with what all of them need read once."""

    def __init__(self, by: User, unit: Unit, sheet: Sheet) -> None:
        self.names = [name for name in FIELDS if name in sheet.names]
        below = Q(unit__path__startswith=unit.path or "/")
        said = [_reference(row) for row in sheet.rows]
        self.times = Counter(number for number in said if number)
        rows = Risk.objects.all().visible_to(by, Permission.RISK_EDIT).filter(below)
        related = ("unit", "system", "owner", "incident", "matrix", "registered_by")
        self.stored = rows.select_related(*related).in_bulk(list(self.times))
        self.people = {one.email.casefold(): one for one in colleagues(by)}
        self.systems: dict[tuple[int, str], AISystem | None] = {}
        for system in AISystem.objects.all().visible_to(by).filter(below):
            key = (system.unit_id, system.name.strip().casefold())
            self.systems[key] = None if key in self.systems else system
        self.unit, self.matrix, self.by = unit, matrix_for(unit), by

    def line(self, row: Row) -> Line:
        """What one row asks for, with every cell that says something unknown."""
        number = _reference(row)
        title = unguarded(plain_text(row.cells.get("title", "")))[:120]
        risk = self.stored.get(number) if number else None
        found = Line(row.number, title or row.cells.get("reference", ""), risk)
        if problem := self._about(row, number, risk):
            found.problems.append(problem)
            return found
        like = risk or Risk(unit=self.unit, matrix=self.matrix, owner=self.by)
        for name in self.names:
            self._read(found, row, name, like)
        return found

    def _about(self, row: Row, number: int | None, risk: Risk | None) -> str:
        """Why the row as a whole is refused."""
        if number is None:
            return ""
        if risk is None:
            return _("The unit has no such risk that you may edit.")
        if self.times[number] > 1:
            return _("The table has this risk in more than one row.")
        if risk.state == Risk.State.CLOSED:
            return _("This risk is closed. Register it anew.")
        if row.cells.get("version", "").strip() != str(risk.version):
            return _("Somebody else saved this risk since the table was taken. Take it again.")
        return ""

    def _read(self, found: Line, row: Row, name: str, like: Risk) -> None:
        text = row.cells.get(name, "")
        old = cell_of(like, name) if found.risk else ""
        if name in row.problems:
            found.problems.append(f"{label_of(name)}: {cell_sentence(row.problems[name])}")
            return
        if _same(text, old) or (not found.risk and not text.strip()):
            return
        try:
            said = unguarded(plain_text(text))
            value = _READERS.get(name, Desk.plain)(self, name, said.strip(), like)
        except _BadCell as bad:
            found.problems.append(f"{label_of(name)}: {bad}")
            return
        found.values[name] = value
        found.cells.append(Cell(label_of(name), str(old), said))

    def plain(self, name: str, text: str, like: Risk) -> str:
        """Text as it is."""
        if not text:
            raise _BadCell(_("This cannot be empty."))
        return text

    def person(self, name: str, text: str, like: Risk) -> User:
        """Somebody by his address."""
        if text.casefold() not in self.people:
            raise _BadCell(_("No colleague of yours has the address “%s”.") % text[:80])
        return self.people[text.casefold()]

    def system(self, name: str, text: str, like: Risk) -> AISystem | None:
        """A system of the unit of the risk, by its name."""
        if not text:
            return None
        key = (like.unit_id, text.casefold())
        if self.systems.get(key) is None:
            raise _BadCell(_("The unit has no single system called “%s”.") % text[:80])
        return self.systems[key]

    def strategy(self, name: str, text: str, like: Risk) -> str:
        """By its stored word or the one on pages."""
        return _choice(Risk.Strategy.choices, text)

    def day(self, name: str, text: str, like: Risk) -> dt.date | None:
        """A day; spreadsheets add midnight."""
        text = text.removesuffix("T00:00:00").removesuffix(" 00:00:00")
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError as error:
            raise _BadCell(_("“%s” is no day such as 2027-01-31.") % text[:80]) from error

    def harms(self, name: str, text: str, like: Risk) -> list[str]:
        """Kinds of harm with commas between."""
        return [_choice(Harm.choices, one) for one in _split(text)]

    def subcategories(self, name: str, text: str, like: Risk) -> list[str]:
        """Identifiers with commas between; the action knows which exist."""
        try:
            return [canonical_key(one) for one in _split(text)]
        except ValueError as error:
            raise _BadCell(str(error)[:200]) from error

    def step(self, name: str, text: str, like: Risk) -> int | None:
        """A step of the matrix by its number or its word."""
        if not text:
            return None
        steps = like.scale.steps(name.rpartition("_")[2])
        return int(_choice([(str(number), word) for number, word in steps], text))


class _BadCell(ValueError):
    """What a cell says is nothing that the field knows."""


_READERS: dict[str, Callable[[Desk, str, str, Risk], Any]] = {
    "owner": Desk.person,
    "system": Desk.system,
    "strategy": Desk.strategy,
    "review_on": Desk.day,
    "harms": Desk.harms,
    "subcategories": Desk.subcategories,
    **dict.fromkeys(RATINGS, Desk.step),
}


def _same(text: str, old: str | int) -> bool:
    """Whether a cell says what is stored, with or without the apostrophe of the export."""
    now = plain_text(text).removesuffix("T00:00:00").removesuffix(" 00:00:00")
    return now in {str(old), guarded(str(old))}


def _choice(choices: Any, text: str) -> str:
    known = {str(label).casefold(): str(value) for value, label in choices}
    known |= {str(value).casefold(): str(value) for value, _label in choices}
    if text.casefold() not in known:
        words = ", ".join(str(value) for value, _label in choices)
        raise _BadCell(_("“%(text)s” is none of: %(words)s.") % {"text": text[:80], "words": words})
    return known[text.casefold()]


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _reference(row: Row) -> int | None:
    """The number of a stored risk, 0 for one that cannot be, None where the cell is empty."""
    said = row.cells.get("reference", "").strip().upper().removeprefix("RSK-")
    if not said:
        return None
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0
