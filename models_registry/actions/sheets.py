"""A table file against what is stored: what each row asks for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit, User, units_where
from accounts.permissions import Permission
from accounts.queries import colleagues
from models_registry.actions.many import Kind, Line, Problem, Wanted, plan
from models_registry.queries.sheets import BadCell, columns_of, is_as_written, value_of
from models_registry.spreadsheet.asking import cell_sentence
from models_registry.spreadsheet.cells import unguarded
from models_registry.spreadsheet.sheet import Row, Sheet

_LARGEST = 2**63


@dataclass(frozen=True)
class SheetPlan:
    """What a table file would do. ``unknown`` columns were not read; ``missing`` records are
    those of the unit that the file does not name, which stay as they are."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    missing: int
    notes: tuple[str, ...]


def plan_sheet(kind: Kind, *, by: User, unit: Unit, sheet: Sheet) -> SheetPlan:
    """What ``sheet`` would do to the records of ``unit`` and below; nothing is written.

    A cell that still says what the table was written with asks for nothing. The number of queries
    does not depend on the number of rows.
    """
    desk = _Reader(kind, by, unit, sheet)
    lines = plan(kind, by=by, wanted=[desk.wanted(row) for row in sheet.rows])
    known = set(columns_of(kind.model, kind.fields))
    return SheetPlan(
        tuple(lines),
        tuple(name for name in sheet.names if name not in known),
        desk.missing(),
        sheet.notes,
    )


class _Reader:
    """Turns rows into what they ask for, with what that needs read once."""

    def __init__(self, kind: Kind, by: User, unit: Unit, sheet: Sheet) -> None:
        self.kind, self.by, self.unit = kind, by, unit
        self.columns = [n for n in columns_of(kind.model, kind.fields) if n in sheet.names]
        numbers = [_number(row.cells.get("id", "")) for row in sheet.rows]
        self.times = Counter(number for number in numbers if number)
        manager: Any = kind.model._default_manager
        rows = manager.filter(pk__in=list(self.times)).select_related("unit", *kind.people)
        self.stored = {record.pk: record for record in rows.visible_to(by)}
        self.people = {user.email.casefold(): user for user in colleagues(by)}
        near = units_where(by, Permission.RECORD_VIEW).filter(path__startswith=unit.path or "/")
        self.units: dict[str, list[Unit]] = {}
        for found in near:
            self.units.setdefault(found.name.casefold(), []).append(found)

    def missing(self) -> int:
        """How many records of the unit the file does not name."""
        manager: Any = self.kind.model._default_manager
        inside = manager.visible_to(self.by).filter(unit__path__startswith=self.unit.path or "/")
        there = sum(1 for record in self.stored.values() if self._is_inside(record))
        return int(inside.count()) - there

    def wanted(self, row: Row) -> Wanted:
        """What one row asks for."""
        said = row.cells.get("id", "").strip()
        number = _number(said)
        if said and number is None:
            wrong = Problem(_("“%(text)s” is no number of a record.") % {"text": said[:40]})
            return Wanted({}, pk=0, row=row.number, problems=(wrong,))
        record = self.stored.get(number) if number is not None else None
        if number is not None and (record is None or not self._is_inside(record)):
            # Who reads the plan sees the unit; he may not know what other units have.
            none = Problem(_("The unit that you chose has no such record that you may see."))
            return Wanted({}, pk=number, unit=self.unit, row=row.number, problems=(none,))
        values, problems = self._values(row, record)
        if record is None:
            unit = self._unit(row, problems)
            return Wanted(values, row=row.number, unit=unit, problems=tuple(problems))
        problems = [*self._about(row, record), *problems]
        return Wanted(
            values,
            pk=record.pk,
            unit=self.unit,
            version=_number(row.cells.get("version", "")),
            row=row.number,
            problems=tuple(problems),
        )

    def _about(self, row: Row, record: Any) -> list[Problem]:
        """What is wrong with the row as a whole."""
        if self.times[record.pk] > 1:
            return [Problem(_("The table has this record in more than one row."))]
        if _number(row.cells.get("version", "")) is None:
            return [Problem(_("The column “version” is empty. Take the table again."))]
        return []

    def _is_inside(self, record: Any) -> bool:
        return str(record.unit.path).startswith(self.unit.path or "/")

    def _values(self, row: Row, record: Any) -> tuple[dict[str, Any], list[Problem]]:
        values: dict[str, Any] = {}
        problems = []
        for name in self.columns:
            text = row.cells.get(name, "")
            if name in row.problems:
                problems.append(Problem(cell_sentence(row.problems[name]), _field(name)))
            elif self._asks_nothing(name, text, record):
                continue
            elif name not in self.kind.fields:
                problems.append(Problem(_("A table cannot change this."), _field(name)))
            else:
                try:
                    values[name] = value_of(self.kind.model, name, unguarded(text), self.people)
                except BadCell as bad:
                    problems.append(Problem(str(bad), name))
        return values, problems

    def _asks_nothing(self, name: str, text: str, record: Any) -> bool:
        if name in ("id", "version"):
            return True
        if record is None:
            return name == "unit" or not text.strip()
        return is_as_written(record, name, text)

    def _unit(self, row: Row, problems: list[Problem]) -> Unit | None:
        """The unit of a new record: the one that the row names, else the chosen one."""
        name = unguarded(row.cells.get("unit", "")).strip()
        if not name:
            return self.unit
        found = self.units.get(name.casefold(), [])
        if len(found) == 1:
            return found[0]
        problems.append(Problem(_("No single unit below yours is called so."), "unit"))
        return self.unit


def _field(name: str) -> str:
    """The field that a column is about, for its label."""
    return "" if name in ("id", "version") else name


def _number(text: str) -> int | None:
    text = text.strip()
    if not text.isdecimal() or len(text) > 19:
        return None
    found = int(text)
    return found if 0 < found < _LARGEST else None


def ready(lines: Sequence[Line]) -> list[Wanted]:
    """What applying a plan would write."""
    return [line.wanted for line in lines if line.is_ready]
