"""Importing reports of others: a plan with its report first, then all of it at once."""

import datetime as dt
import io
import re
from collections.abc import Iterable
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from incidents.actions.common import require_on
from incidents.exchange.atlas import Lookup
from incidents.exchange.decoding import MAX_BYTES
from incidents.exchange.reading import ReadFile, lookup_in, read_file
from incidents.exchange.record import CaseRecord, identifiers_of, lost_parts
from incidents.exchange.showing import visible
from incidents.models import CaseImport, CaseReport, Incident, NotSimilar
from incidents.models.cases import CASE_TITLE_LENGTH
from incidents.queries.cases import known_cases, last_lookup
from ledger.actions import Act, action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from vault.actions import store
from vault.models import StoredFile
from vault.queries import read_bytes

MAX_FILES = 5_000
MAX_REPORTS = 5_000
# A report larger than this is a data set.
MAX_RECORD = 500_000
_MEDIA = {"json": "application/json", "jsonl": "application/jsonl", "yaml": "application/yaml"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def plan_import(
    *, by: User, unit: Unit, files: Iterable[tuple[str, bytes]], licence: str = ""
) -> CaseImport:
    """Keep ``files`` (name, bytes) and work out what importing them would do; nothing else yet.

    Raises ``Refused`` when there is no file, or too many, or one is too large. What cannot be
    read stands in the plan.
    """
    require(by, Permission.INCIDENT_DECLARE, unit)
    given = list(files)
    if not given:
        raise Refused(_("Choose at least one file."), field="uploads")
    if len(given) > MAX_FILES:
        raise Refused(_("Import at most 5,000 files at once."), field="uploads")
    for name, data in given:
        if len(data) > MAX_BYTES:
            text = _("%(name)s is larger than 8 MB. Split it first.") % {"name": name[:80]}
            raise Refused(text, code="too-large", field="uploads", status=413)
    batch = CaseImport(unit=unit, licence=licence.strip(), asked_by=by)
    with action("incidents.import.planned", by=by) as act:
        batch.files = [_kept(name, data, by) for name, data in given]
        for name, data in given:
            batch.lookup |= {key: list(pair) for key, pair in lookup_in(name, data).items()}
        batch.plan = _plan(unit, _read(given, _lookup(batch)))
        act.save(batch)
    return batch


def apply_import(*, by: User, batch: CaseImport) -> CaseImport:
    """Do what the plan says, worked out anew from the kept files: all of it or nothing.

    Doing it twice changes nothing. Raises ``Refused`` (409) when the import is discarded or done.
    """
    require(by, Permission.INCIDENT_DECLARE, batch.unit_id)
    if batch.state != CaseImport.State.PLANNED:
        raise Refused(
            _("This import is %(state)s. Start another one.")
            % {"state": batch.get_state_display().lower()},
            code="conflict",
            status=409,
        )
    given = [(row["name"], read_bytes(row["digest"])) for row in batch.files]
    reads = _read(given, _lookup(batch))
    originals = {
        stored.digest: stored
        for stored in StoredFile.objects.filter(digest__in=[row["digest"] for row in batch.files])
    }
    with action("incidents.import.applied", by=by) as act:
        batch.plan = _plan(batch.unit, reads)
        batch.state = CaseImport.State.APPLIED
        act.save(batch)
        known = known_cases(batch.unit)
        for row, read in zip(batch.files, reads, strict=True):
            for found in read.found:
                values = {"position": found.position, "original": originals[row["digest"]]}
                _keep_case(act, batch, found.record, known, {**values, "file_name": read.name})
    return batch


def discard_import(*, by: User, batch: CaseImport) -> CaseImport:
    """Put a plan away. Raises ``Refused`` (409) when it is applied or discarded already."""
    require(by, Permission.INCIDENT_DECLARE, batch.unit_id)
    if batch.state != CaseImport.State.PLANNED:
        raise Refused(_("Only a plan can be discarded."), code="conflict", status=409)
    batch.state = CaseImport.State.DISCARDED
    with action("incidents.import.discarded", by=by) as act:
        act.save(batch)
    return batch


def say_not_similar(
    *,
    by: User,
    incident: Incident,
    other: Incident | None = None,
    case: CaseReport | None = None,
) -> NotSimilar:
    """Keep a found incident or report from being shown as similar to ``incident`` again.

    Saying it twice is saying it once. Raises ``Refused`` when nothing or the incident itself is
    named.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    if (other is None) == (case is None) or other == incident:
        raise Refused(_("Name the incident or the report that is not similar."), field="other")
    known: NotSimilar | None = NotSimilar.objects.filter(
        incident=incident, other=other, case=case
    ).first()
    if known is not None:
        return known
    said = NotSimilar(incident=incident, other=other, case=case, said_by=by)
    with action("incidents.similarity.denied", by=by) as act:
        act.save(said)
    return said


def _kept(name: str, data: bytes, by: User) -> dict[str, Any]:
    ending = name.lower().rpartition(".")[2].replace("yml", "yaml")
    media_type = _MEDIA.get(ending, "application/octet-stream")
    stored = store(io.BytesIO(data), media_type=media_type, by=by, why="import of reports")
    return {"name": name[-200:], "digest": stored.digest, "size": len(data)}


def _lookup(batch: CaseImport) -> Lookup:
    """Names for placeholders: of these files, else of the last import that brought some."""
    rows = batch.lookup or last_lookup(batch.unit)
    return {key: (pair[0], pair[1]) for key, pair in rows.items()}


def _read(given: list[tuple[str, bytes]], lookup: Lookup) -> list[ReadFile]:
    reads = [read_file(name[-200:], data, lookup) for name, data in given]
    for read in reads:
        large = [one for one in read.found if len(canonical(one.record)) > MAX_RECORD]
        if large:
            read.found = [one for one in read.found if one not in large]
            read.problems.append(_("A report is larger than 500 KB. Keep its data elsewhere."))
    if sum(len(read.found) for read in reads) > MAX_REPORTS:
        raise Refused(_("Import at most 5,000 reports at once."), field="uploads")
    return reads


def _plan(unit: Unit, reads: list[ReadFile]) -> dict[str, Any]:
    """What would happen to each report, with what of it has no place here."""
    known = {key: case.record_digest for key, case in known_cases(unit).items()}
    rows = []
    for read in reads:
        for found in read.found:
            record = found.record
            key, digest = (record["source"], record["external_id"]), digest_of(record)
            rows.append(
                {
                    "file": read.name, "position": found.position, "source": key[0],
                    "external_id": key[1], "kind": record["kind"], "title": record["title"][:200],
                    "change": _change(known.get(key), digest),
                    "unmapped": lost_parts(record)[:50],
                }
            )  # fmt: skip
            known[key] = digest
    problems = [{"file": read.name, "text": text} for read in reads for text in read.problems]
    names = [read.name for read in reads if read.lookup]
    return {"reports": rows, "problems": problems, "lookups": names}


def _change(before: str | None, now: str) -> str:
    if before is None:
        return "new"
    return "unchanged" if before == now else "changed"


def digest_of(record: CaseRecord) -> str:
    """SHA-256 of the canonical record: two imports of the same words have the same."""
    return sha256_hex(canonical(record))


def _keep_case(
    act: Act,
    batch: CaseImport,
    record: CaseRecord,
    known: dict[tuple[str, str], CaseReport],
    values: dict[str, Any],
) -> None:
    key, digest = (record["source"], record["external_id"]), digest_of(record)
    case = known.get(key)
    if case is not None and case.record_digest == digest:
        return
    fresh = case is None
    case = case or CaseReport(unit=batch.unit, source=key[0], external_id=key[1])
    case.case_kind = record["kind"]
    title = visible(" ".join(record["title"].split())) or record["external_id"]
    case.title = Truncator(title).chars(CASE_TITLE_LENGTH)
    case.summary = record["summary"]
    case.dated = dated(record)
    case.identifiers = identifiers_of(record)
    case.record, case.record_digest = dict(record), digest
    case.licence, case.batch = batch.licence, batch
    for name, value in values.items():
        setattr(case, name, value)
    act.save(case, event="incidents.case.imported" if fresh else "incidents.case.updated")
    known[key] = case


def dated(record: CaseRecord) -> dt.date | None:
    """The first day that the record states, for sorting; ``precision`` says how exact it is."""
    for name in ("occurred", "detected", "reported", "published", "modified"):
        found = _DAY.match(record["dates"].get(name, ""))
        if found:
            try:
                return dt.date.fromisoformat(found[0])
            except ValueError:
                continue
    return None
