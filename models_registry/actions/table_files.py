"""A table file that comes back: kept, planned, and applied or discarded as a whole."""

from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from models_registry.actions.editing import locked
from models_registry.actions.kinds import KINDS
from models_registry.actions.many import Kind, Line, apply
from models_registry.actions.sheets import SheetPlan, plan_sheet, ready
from models_registry.models.imports import RegistryImport
from models_registry.plan_words import counts_of, told
from models_registry.spreadsheet.asking import read_kept
from models_registry.spreadsheet.sheet import MAX_BYTES
from vault.actions import store

# One row takes about 5 ms of processor time, and all of them are one transaction in one request.
MOST_CHANGED = 1_000


def upload_table(
    *, by: User, unit: Unit, kind: Kind, stream: IO[bytes], file_name: str
) -> RegistryImport:
    """Keep a table file and plan what it would do to the records of ``unit`` and below.

    Raises ``Refused`` with the reason when the file cannot be read.
    """
    require(by, Permission.SYSTEM_EDIT, unit)
    label = file_name.strip()[:300] or _("Table")
    kept = store(
        stream,
        media_type="application/octet-stream",
        by=by,
        why=f"Table of the registry: {label}",
        max_bytes=MAX_BYTES,
    )
    plan = _stored(kind, plan_sheet(kind, by=by, unit=unit, sheet=read_kept(kept)))
    found = RegistryImport(
        unit=unit,
        source=RegistryImport.Source.TABLE,
        label=label,
        original=kept,
        state=RegistryImport.State.PLANNED,
        plan=plan,
        plan_digest=sha256_hex(canonical(plan)),
        started_by=by,
    )
    with action("models_registry.import.planned", by=by) as act:
        act.save(found)
    return found


def apply_table(*, by: User, table: RegistryImport) -> RegistryImport:
    """Write what the plan of ``table`` showed, all of it or nothing.

    The file is read again and compared with what is stored now. Raises ``Refused`` when that gives
    another plan than the one that was shown, and ``NotApplied`` when a record stands in the way.
    """
    require(by, Permission.SYSTEM_EDIT, table.unit_id)
    kind, original = kind_of(table), table.original
    if original is None:
        raise _closed()
    sheet = read_kept(original)
    with action("models_registry.import.applied", by=by) as act:
        found: RegistryImport = locked(table)
        _refuse_closed(found)
        now = plan_sheet(kind, by=by, unit=found.unit, sheet=sheet)
        _refuse_other(found, kind, now)
        wanted = ready(now.lines)
        _refuse_count(len(wanted))
        done = apply(kind, by=by, wanted=wanted)
        found.state = RegistryImport.State.APPLIED
        found.applied_by, found.applied_at = by, timezone.now()
        found.report = {"lines": [_reported(kind, line) for line in done]}
        act.save(found)
    return found


def discard_table(*, by: User, table: RegistryImport) -> RegistryImport:
    """Close a plan without writing anything of it; the file stays in the vault."""
    require(by, Permission.SYSTEM_EDIT, table.unit_id)
    with action("models_registry.import.discarded", by=by) as act:
        found: RegistryImport = locked(table)
        _refuse_closed(found)
        found.state = RegistryImport.State.DISCARDED
        act.save(found)
    return found


def kind_of(table: RegistryImport) -> Kind:
    """What the rows of ``table`` are."""
    return KINDS[table.plan["kind"]]


def _stored(kind: Kind, found: SheetPlan) -> dict[str, Any]:
    lines = [told(kind, line) for line in found.lines]
    return {
        "kind": kind.name,
        "lines": lines,
        "counts": counts_of(line["verdict"] for line in lines),
        "unknown": list(found.unknown),
        "missing": found.missing,
        "notes": list(found.notes),
    }


def _reported(kind: Kind, line: Line) -> dict[str, Any]:
    """What was written, with the record that a new row became."""
    return {**told(kind, line), "id": line.record.pk}


def _refuse_other(table: RegistryImport, kind: Kind, now: SheetPlan) -> None:
    """Raise ``Refused`` when the rows that would be written are not the ones that were shown.

    The same row of the same file against the same version of a record asks for the same.
    """
    then = {_mark(line) for line in table.lines if line["verdict"] in ("change", "add")}
    today = {_mark(told(kind, line)) for line in now.lines if line.is_ready}
    rows = sorted(row for row, *_rest in then ^ today)
    if rows:
        named = ", ".join(map(str, rows[:10]))
        raise Refused(
            _(
                "Nothing was changed. Since the preview these rows became different ones: "
                "%(rows)s. Upload the file again, or take the table anew."
            )
            % {"rows": named},
            code="stale-plan",
            status=409,
        )


def _mark(line: dict[str, Any]) -> tuple[Any, ...]:
    fields = ",".join(sorted(change["field"] for change in line["changes"]))
    return (line["row"], line["verdict"], line["id"], line["version"], fields)


def _refuse_count(count: int) -> None:
    if not count:
        raise Refused(_("There is nothing to change."), code="nothing", status=409)
    if count > MOST_CHANGED:
        raise Refused(
            _("At most %(most)s rows can change at once. Split the table and bring back its parts.")
            % {"most": MOST_CHANGED},
            code="too-many",
        )


def _refuse_closed(table: RegistryImport) -> None:
    if table.state != RegistryImport.State.PLANNED:
        raise _closed()


def _closed() -> Refused:
    return Refused(
        _("This plan was applied or discarded already. Upload the file again."),
        code="closed",
        status=409,
    )
