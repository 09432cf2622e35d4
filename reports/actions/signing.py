"""Signing off a printed report: one person per seat, in order, each a signature in the file."""

import io
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from governance.assessments.queries import has_written
from jobs.actions import enqueue
from ledger.actions import action
from ledger.errors import Refused
from reports.models import Report, SignOff
from reports.queries import newest_file, signoffs_of
from reports.signing.order import Seat, next_seat
from vault.actions import store

SIGN_KIND = "reports.sign"
MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Signed:
    """What a signing job made: the longer PDF and the certificate (SHA-256) behind it."""

    pdf: bytes
    certificate: str
    subject: str
    stamped: bool


def sign_off(*, by: User, report: Report, seat: str, password: str, reason: str = "") -> SignOff:
    """Sign `report` off in `seat`; a job puts the signature into the file.

    The password proves that the person at the keyboard is `by`. Seats are taken in order, by a
    different person each, and whoever wrote what is judged takes the first one only. A signature
    that failed may be given again. Raises PermissionDenied and Refused.
    """
    with action("reports.report.signed-off", by=by, reason=reason) as act:
        held = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        waiting = _refuse_signing(by, held, seat, password)
        signature = waiting or SignOff(report=held, seat=seat)
        signature.signer, signature.signer_name = by, by.name
        signature.asked_at = timezone.now()
        signature.base_digest = newest_file(held).digest
        signature.job = enqueue(SIGN_KIND, {"report": held.pk, "seat": seat}, by=by)
        act.save(signature)
    return signature


def keep_signed(*, by: User, signature: SignOff, signed: Signed) -> SignOff:
    """Store the signed file and tie it to `signature`; call it inside the job's finish.

    Raises Refused (409) when the signature is in a file already.
    """
    if by.pk != signature.signer_id:
        raise Refused(_("Somebody else gives this signature."), code="not-signer", status=409)
    if signature.file_digest:
        raise Refused(_("This signature is given already."), code="signed", status=409)
    with action("reports.report.signed", by=by) as act:
        signature.file = store(
            io.BytesIO(signed.pdf),
            media_type="application/pdf",
            by=by,
            why=f"{signature.report.reference} {signature.seat}",
            max_bytes=MAX_BYTES,
        )
        signature.file_digest = signature.file.digest
        signature.file_size = len(signed.pdf)
        signature.certificate = signed.certificate
        signature.subject = signed.subject[:300]
        signature.stamped = signed.stamped
        signature.signed_at = timezone.now()
        act.save(signature)
    return signature


def _refuse_signing(by: User, report: Report, key: str, password: str) -> SignOff | None:
    """The failed signature of this seat that is given again, or None."""
    found = signoffs_of(report)
    given = [one for one in found if one.file_digest]
    turn = next_seat(len(given))
    if turn is None or turn.key != key:
        raise Refused(
            _("It is not the turn of this seat. The report's page shows whose turn it is."),
            code="not-your-turn",
            status=409,
        )
    require(by, Permission.RECORD_VIEW, report.unit_id)
    require(by, turn.permission, report.unit_id)
    if not report.is_done:
        raise Refused(_("This report is not printed yet."), code="not-printed", status=409)
    waiting = found[-1] if len(found) > len(given) else None
    if waiting is not None and waiting.job.is_open:
        raise Refused(_("This signature is being made."), code="being-made", status=409)
    if not by.check_password(password):
        raise Refused(_("This is not your password."), code="password", field="password")
    _refuse_same_hands(by, report, given, turn)
    return waiting


def _refuse_same_hands(by: User, report: Report, given: list[Any], turn: Seat) -> None:
    if any(one.signer_id == by.pk for one in given):
        raise Refused(
            _("You signed this report in another seat. Ask somebody else."), code="four-eyes"
        )
    if turn == next_seat(0) or not _wrote(by, report):
        return
    raise Refused(
        _("You wrote what this report judges. Ask somebody else to sign here."), code="four-eyes"
    )


def _wrote(by: User, report: Report) -> bool:
    if report.card is not None:
        return bool(by.pk == report.card.imported_by_id)
    return report.assessment is not None and has_written(by, report.assessment)
