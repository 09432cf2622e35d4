"""The life of an import: read, planned, applied or discarded."""

import io
from collections.abc import Sequence
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from jobs.actions import enqueue
from ledger.actions import Act, action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from models_registry import states
from models_registry.actions.editing import locked, take_step
from models_registry.actions.import_plan import IMPORTED, Planned, plan_import
from models_registry.actions.import_writing import write_lines
from models_registry.cards.wording import one_line
from models_registry.import_words import changed_lines, is_ready, plan_told
from models_registry.importing.manifest import Manifest
from models_registry.importing.mlflow_server import listed
from models_registry.importing.opening import LARGEST_UPLOAD
from models_registry.models import RegistryImport
from vault.actions import store
from vault.models import StoredFile

READ_JOB = "models_registry.import-read"
APPLY_JOB = "models_registry.import-apply"
MEDIA_TYPE = "application/octet-stream"


class PlanChanged(Refused):
    """Records changed since the plan was made; nothing was written."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            _(
                "Nothing was written: %(names)s changed since the plan was made. The plan was made "
                "again; look at it and apply it."
            )
            % {"names": ", ".join(names[:5]) + (" …" if len(names) > 5 else "")},
            code="plan-changed",
            status=409,
        )


def start_import(
    *,
    by: User,
    unit: Unit,
    source: str,
    stream: IO[bytes] | None = None,
    label: str = "",
    server: str = "",
) -> RegistryImport:
    """Keep the file ``stream``, or note the MLflow ``server``, and have it read by a job.

    Raises ``Refused`` for a file above 50 MB, a server that is not listed, or neither of them.
    """
    require(by, Permission.SYSTEM_EDIT, unit)
    is_live = source == RegistryImport.Source.MLFLOW_SERVER
    if not is_live and stream is None:
        raise Refused(_("Choose the file to import."), code="file", field="file")
    label = listed(server) if is_live else one_line(label, 300) or _("a file")
    original = None if stream is None or is_live else _kept(by, unit, stream)
    with action("models_registry.import.started", by=by) as act:
        found = RegistryImport(
            unit=unit, source=source, label=label, original=original,
            state=states.READING, started_by=by,
        )  # fmt: skip
        act.save(found)
        found.job = enqueue(READ_JOB, {"import": found.pk}, by=by, key=f"import:{found.pk}")
        act.save(found, event="models_registry.import.queued")
    return found


def keep_fetched(*, by: User, found: RegistryImport, data: bytes) -> StoredFile:
    """Keep what a live server told, as the original of the import."""
    require(by, Permission.SYSTEM_EDIT, found.unit_id)
    return _kept(by, found.unit, io.BytesIO(data))


def record_plan(
    *, by: User, found: RegistryImport, manifest: Manifest, original: StoredFile | None = None
) -> RegistryImport:
    """Work out what the import would do and keep that; no other record is written.

    An import that has a plan gets a new one; its lines that changed say so.
    """
    planned = plan_import(by=by, unit=found.unit, manifest=manifest)
    with action("models_registry.import.planned", by=by) as act:
        held = locked(found)
        require(by, Permission.SYSTEM_EDIT, held.unit_id)
        if held.state == states.READING:
            held.state = _step(held, "plan", by)
        else:
            _step(held, "apply", by)
        told = plan_told(planned, manifest)
        for n in changed_lines(held.lines, told["lines"]) if held.plan else ():
            told["lines"][n]["again"] = True
        held.original = original or held.original
        _set_plan(held, told)
        act.save(held)
    return held


def request_apply(*, by: User, found: RegistryImport) -> RegistryImport:
    """Have the ready lines of the plan written by a job, all of them or none."""
    with action("models_registry.import.apply-asked", by=by) as act:
        held = locked(found)
        _step(held, "apply", by)
        if not any(map(is_ready, held.lines)):
            raise Refused(_("The plan has nothing to write."), code="nothing", status=409)
        if held.job is not None and held.job.is_open:
            raise Refused(_("It is being written already."), code="running", status=409)
        held.job = enqueue(APPLY_JOB, {"import": held.pk}, by=by, key=f"import:{held.pk}")
        act.save(held)
    return held


def apply_import(*, by: User, found: RegistryImport, manifest: Manifest) -> RegistryImport:
    """Write the ready lines of the plan in one transaction; refused lines are left out.

    The plan is made again first. Raises ``PlanChanged`` when a line that was to be written would
    be written otherwise now, and ``Refused`` when an action says no; nothing is written then.
    """
    with action("models_registry.import.applied", by=by) as act:
        held = locked(found)
        target = _step(held, "apply", by)
        _lock(held)
        planned = plan_import(by=by, unit=held.unit, manifest=manifest)
        told = plan_told(planned, manifest)
        wrong = changed_lines(held.lines, told["lines"])
        if wrong:
            raise PlanChanged([held.lines[n]["name"] for n in wrong])
        chosen = [is_ready(old) for old in held.lines]
        _applied(act, by, held, target, planned, chosen, told)
    return held


def import_at_once(
    *, by: User, unit: Unit, source: str, label: str, data: bytes, manifest: Manifest
) -> RegistryImport:
    """Plan and apply in one go, for whoever has looked at the plan elsewhere.

    One transaction. Raises ``Refused`` when there is nothing to write or an action says no.
    """
    require(by, Permission.SYSTEM_EDIT, unit)
    original = _kept(by, unit, io.BytesIO(data))
    with action("models_registry.import.started", by=by) as act:
        planned = plan_import(by=by, unit=unit, manifest=manifest)
        told = plan_told(planned, manifest)
        chosen = [one.line.is_ready for one in planned]
        if not any(chosen):
            raise Refused(_("The plan has nothing to write."), code="nothing", status=409)
        held = RegistryImport(
            unit=unit, source=source, label=one_line(label, 300) or _("a file"), original=original,
            started_by=by,
        )  # fmt: skip
        _set_plan(held, told)
        act.save(held)
        _applied(act, by, held, _step(held, "apply", by), planned, chosen, told)
    return held


def discard_import(*, by: User, found: RegistryImport) -> RegistryImport:
    """Put an import aside; nothing of it is written."""
    with action("models_registry.import.discarded", by=by) as act:
        held = locked(found)
        held.state = _step(held, "discard", by)
        act.save(held)
    return held


def _step(held: RegistryImport, verb: str, by: User) -> str:
    return take_step(states.IMPORT, held.state, verb, by=by, unit=held.unit, reason="")


def _kept(by: User, unit: Unit, stream: IO[bytes]) -> StoredFile:
    why = f"registry import into {unit}"
    return store(stream, media_type=MEDIA_TYPE, by=by, why=why, max_bytes=LARGEST_UPLOAD)


def _set_plan(held: RegistryImport, told: dict[str, Any]) -> None:
    held.plan = told
    held.plan_digest = sha256_hex(canonical(told))


def _lock(held: RegistryImport) -> None:
    """Nobody changes the records of the plan until the transaction ends."""
    for name, kind in IMPORTED.items():
        ids = [line["id"] for line in held.lines if line["kind"] == name and line["id"]]
        rows = kind.model._base_manager.select_for_update().order_by("pk")
        list(rows.filter(pk__in=ids).values_list("pk", flat=True))


def _applied(
    act: Act,
    by: User,
    held: RegistryImport,
    target: str,
    planned: Sequence[Planned],
    chosen: Sequence[bool],
    told: dict[str, Any],
) -> None:
    """Write, then note what became of every line."""
    records = write_lines(by=by, unit=held.unit, planned=planned, chosen=chosen)
    lines = [
        {**line, "id": record.pk if record else None, "written": wanted}
        for line, record, wanted in zip(told["lines"], records, chosen, strict=True)
    ]
    held.state, held.applied_by, held.applied_at = target, by, timezone.now()
    held.report = {**told, "lines": lines, "written": sum(chosen)}
    act.save(held, event="models_registry.import.applied")
