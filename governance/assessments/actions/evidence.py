"""Keeping evidence, offering it for answers, accepting and withdrawing it."""

import datetime as dt
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from governance.assessments.actions.locking import answer_of, locked, locked_open
from governance.assessments.models import Assessment, Evidence, EvidenceLink
from governance.assessments.queries.evidence import custody_of, record_of
from ledger.actions import action
from ledger.errors import Refused
from vault.actions import note_custody, store
from vault.models import StoredFile

MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Source:
    """Where the evidence is: bytes with a name, an address, or the ledger key of a record."""

    stream: IO[bytes] | None = None
    file_name: str = ""
    url: str = ""
    record: str = ""


def add_evidence(
    *,
    by: User,
    unit: Unit,
    source: Source,
    title: str,
    kind: str,
    effective_from: dt.date,
    effective_to: dt.date | None = None,
    expires_on: dt.date | None = None,
    note: str = "",
) -> Evidence:
    """Keep a piece of evidence in ``unit``, collected by ``by``.

    A file goes into the vault before the transaction, so that a large one holds up nobody.
    Without ``effective_to`` it speaks of one day. Raises PermissionDenied, or Refused when there
    is not just one source, the file is too large, the address is none, the record is unknown to
    ``by``, or the dates are in the wrong order.
    """
    require(by, Permission.EVIDENCE_ADD, unit)
    _check_source(by, source)
    evidence = Evidence(
        unit=unit,
        title=title.strip() or source.file_name[:200],
        kind_of=kind,
        file=_stored(by, source),
        file_name=source.file_name[:200],
        url=source.url,
        record=source.record,
        effective_from=effective_from,
        effective_to=effective_to or effective_from,
        expires_on=expires_on,
        note=note.strip(),
        collected_by=by,
    )
    with action("governance.evidence.added", by=by) as act:
        act.save(evidence)
        if evidence.file is not None:
            note_custody(evidence.file, by=by, act="received", why=custody_of(evidence))
    return evidence


def offer_evidence(
    *, by: User, assessment: Assessment, key: str, evidence: Evidence, shows: str = ""
) -> EvidenceLink:
    """Offer evidence for the answer to a question; one piece may serve many answers.

    The answer row appears if there is none. Raises PermissionDenied, or Refused when the
    assessment is not open, the evidence is withdrawn or offered already.
    """
    if not Evidence.objects.visible_to(by).filter(pk=evidence.pk).exists():
        raise PermissionDenied(_("You may not see this evidence."))
    with action("governance.evidence.offered", by=by) as act:
        held = locked_open(by, assessment, Permission.ASSESSMENT_ANSWER)
        if evidence.withdrawn_on is not None:
            raise Refused(_("This evidence is withdrawn. Offer another piece."), code="withdrawn")
        answer = answer_of(by, held, key)
        if answer._state.adding:
            act.save(answer, event="governance.answer.begun")
        link = EvidenceLink(evidence=evidence, answer=answer, shows=shows.strip(), linked_by=by)
        act.save(link)
    return link


def take_back(*, by: User, link: EvidenceLink) -> None:
    """No longer offer a piece of evidence for an answer; the piece itself stays.

    Raises PermissionDenied, or Refused when the assessment is not open.
    """
    with action("governance.evidence.taken-back", by=by) as act:
        link.answer.assessment = locked_open(
            by, link.answer.assessment, Permission.ASSESSMENT_ANSWER
        )
        act.delete(link)


def decide_evidence(
    *, by: User, link: EvidenceLink, verdict: str, remark: str = ""
) -> EvidenceLink:
    """Accept or reject what is offered for one answer.

    Whoever collected or offered it asks somebody else. Raises PermissionDenied, or Refused for
    one's own evidence, a rejection without a remark, or a signed assessment.
    """
    with action(f"governance.evidence.{verdict}", by=by, reason=remark.strip()) as act:
        link.answer.assessment = locked(by, link.answer.assessment, Permission.ASSESSMENT_REVIEW)
        if by.pk in {link.evidence.collected_by_id, link.linked_by_id}:
            raise Refused(
                _("You collected or offered this evidence. Ask somebody else to judge it."),
                code="four-eyes",
            )
        if verdict == EvidenceLink.Verdict.REJECTED and not remark.strip():
            raise Refused(_("Say why it does not show this."), code="reason-needed", field="remark")
        link.verdict, link.remark = verdict, remark.strip()
        link.decided_by, link.decided_at = by, timezone.now()
        act.save(link)
    return link


def withdraw_evidence(*, by: User, evidence: Evidence, reason: str) -> Evidence:
    """Say that a piece of evidence must not count any more from today; it is kept.

    Assessments that were signed before stay as they are. Raises Refused without a reason or when
    it is withdrawn already.
    """
    require(by, Permission.EVIDENCE_ADD, evidence.unit_id)
    if not reason.strip():
        raise Refused(_("Say why."), code="reason-needed", field="reason")
    if evidence.withdrawn_on is not None:
        raise Refused(_("This evidence is withdrawn already."), code="withdrawn", status=409)
    with action("governance.evidence.withdrawn", by=by, reason=reason.strip()) as act:
        evidence.withdrawn_on = timezone.now().date()
        act.save(evidence)
    return evidence


def note_download(*, by: User, evidence: Evidence) -> None:
    """Write down that ``by`` took the file."""
    if evidence.file is not None:
        note_custody(evidence.file, by=by, act="downloaded", why=custody_of(evidence))


def _check_source(by: User, source: Source) -> None:
    given = [bool(source.stream), bool(source.url), bool(source.record)]
    if sum(given) != 1:
        raise Refused(
            _("Choose a file, an address or a record: one of them."),
            code="one-source",
            field="file",
        )
    if source.url and not source.url.startswith(("https://", "http://")):
        raise Refused(_("An address begins with https:// or http://."), code="address", field="url")
    if source.record and record_of(by, source.record) is None:
        raise Refused(_("There is no such record that you may see."), code="record", field="record")


def _stored(by: User, source: Source) -> StoredFile | None:
    if source.stream is None:
        return None
    return store(source.stream, media_type=MEDIA_TYPE, by=by, why="evidence upload")
