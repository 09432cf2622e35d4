"""A table of risks that comes back: compared row by row, then applied whole or not at all."""

from collections import Counter
from collections.abc import Sequence
from functools import cache, partial
from typing import IO

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import can
from governance.risks.actions.risks import check_ratings, edit_risk, register_risk
from governance.risks.models import Risk, RiskSheet
from governance.risks.queries import matrix_for, unknown_subcategories
from governance.risks.sheet_rows import FIELDS, Desk, Line, label_of
from ledger.actions import action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from ledger.validation import validate
from models_registry.spreadsheet.asking import read_kept
from models_registry.spreadsheet.sheet import MAX_BYTES, Sheet
from vault.actions import store

MOST_ROWS = 500


def upload_risks(*, by: User, unit: Unit, stream: IO[bytes], file_name: str) -> RiskSheet:
    """Keep a table of risks of ``unit``; nothing of it is written yet.

    Raises PermissionDenied, or Refused for what is no table, has no column ``title``, or has more
    than ``MOST_ROWS`` rows.
    """
    require(by, Permission.RISK_EDIT, unit)
    kept = store(
        stream,
        media_type="application/octet-stream",
        by=by,
        why=f"Table of risks of unit {unit.pk}",
        max_bytes=MAX_BYTES,
    )
    read = read_kept(kept)
    if "title" not in read.names:
        raise Refused(_("There is no column “title”."), code="no-table", field="file")
    if len(read.rows) > MOST_ROWS:
        raise Refused(
            _("The table has more than %s rows. Split it.") % MOST_ROWS,
            code="too-many",
            field="file",
        )
    name = file_name.strip()[:200] or "risks"
    found = RiskSheet(unit=unit, file=kept, file_name=name, uploaded_by=by)
    with action("governance.risk-sheet.uploaded", by=by) as act:
        act.save(found)
    return found


def plan_sheet(by: User, sheet: RiskSheet) -> list[Line]:
    """What the table would do now, row by row, and why a row cannot be done; nothing is written.

    The number of queries does not depend on the number of rows, only on that of owners.
    """
    return _plan(by, sheet, read_kept(sheet.file))


def _plan(by: User, sheet: RiskSheet, read: Sheet) -> list[Line]:
    desk = Desk(by, sheet.unit, read)
    lines = [desk.line(row) for row in read.rows]
    keys = {key for line in lines for key in line.values.get("subcategories", ())}
    strange = set(unknown_subcategories(keys)) if keys else set()
    matrix = matrix_for(sheet.unit)
    may_see = cache(partial(can, permission=Permission.RECORD_VIEW))
    for line in lines:
        unit = line.risk.unit if line.risk else sheet.unit
        if unknown := strange & set(line.values.get("subcategories", ())):
            line.problems.append(_("The AI RMF has no %s.") % ", ".join(sorted(unknown))[:200])
        elif "owner" in line.values and not may_see(line.values["owner"], unit=unit):
            line.problems.append(_("The owner must be somebody who may see the unit."))
        elif not line.problems and (line.values or line.risk is None):
            new = Risk(unit=sheet.unit, matrix=matrix, owner=by, registered_by=by)
            _try(line, line.risk or new)
    return lines


def plan_mark(lines: Sequence[Line]) -> str:
    """SHA-256 of what a plan would write: what was shown and what is written is one."""
    told = [
        [line.row, line.risk.pk if line.risk else 0, line.risk.version if line.risk else 0]
        + [[cell.label, cell.old, cell.new] for cell in line.cells]
        for line in lines
        if line.verdict in {"new", "changed"}
    ]
    return sha256_hex(canonical(told))


def apply_sheet(*, by: User, sheet: RiskSheet, shown: str) -> RiskSheet:
    """Register and change every risk of the table in one transaction.

    ``shown`` is the ``plan_mark`` of the plan that the person saw. Raises Refused, and writes
    nothing, when a row is refused, the plan is another one by now, or there is nothing to do.
    """
    read = read_kept(sheet.file)
    with action("governance.risk-sheet.applied", by=by, reason=_("Table")) as act:
        found = _still_open(by, sheet)
        lines = _plan(by, found, read)
        count = Counter(line.verdict for line in lines)
        _check(count, same=plan_mark(lines) == shown)
        for line in lines:
            if line.verdict == "new":
                register_risk(by=by, unit=found.unit, **line.values)
            elif line.verdict == "changed" and line.risk is not None:
                edit_risk(by=by, risk=line.risk, version=line.risk.version, **line.values)
        found.state, found.closed_by = RiskSheet.State.APPLIED, by
        found.registered, found.changed = count["new"], count["changed"]
        act.save(found)
    return found


def discard_sheet(*, by: User, sheet: RiskSheet) -> RiskSheet:
    """Close a table without writing anything of it; the file stays in the vault."""
    with action("governance.risk-sheet.discarded", by=by) as act:
        found = _still_open(by, sheet)
        found.state, found.closed_by = RiskSheet.State.DISCARDED, by
        act.save(found)
    return found


def _check(count: Counter[str], *, same: bool) -> None:
    if count["refused"]:
        raise Refused(
            _("Nothing was written: %s rows are refused. Correct them and bring the file again.")
            % count["refused"],
            code="refused-rows",
            status=409,
        )
    if not same:
        raise Refused(
            _("Nothing was written: risks changed since you saw this. Look again."),
            code="stale-plan",
            status=409,
        )
    if not count["new"] + count["changed"]:
        raise Refused(_("There is nothing to change."), code="nothing", status=409)


def _try(line: Line, risk: Risk) -> None:
    """Give a copy of ``risk`` the values of the row; what it cannot hold is the reason."""
    held = {name: getattr(risk, name) for name in line.values}
    try:
        for name, value in line.values.items():
            setattr(risk, name, value)
        check_ratings(risk)
        validate(risk, None)
    except Refused as refused:
        about = f"{label_of(refused.field)}: " if refused.field in FIELDS else ""
        line.problems.append(about + refused.message)
    finally:
        if line.risk is not None:
            for name, value in held.items():
                setattr(risk, name, value)


def _still_open(by: User, sheet: RiskSheet) -> RiskSheet:
    require(by, Permission.RISK_EDIT, sheet.unit_id)
    found: RiskSheet = (
        RiskSheet.objects.select_for_update(of=("self",))
        .select_related("unit", "file")
        .get(pk=sheet.pk)
    )
    if found.state != RiskSheet.State.PLANNED:
        raise Refused(
            _("This table was applied or discarded already. Upload it again."),
            code="closed",
            status=409,
        )
    return found
