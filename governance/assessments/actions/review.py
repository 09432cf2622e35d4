"""Reviewing answers and signing an assessment."""

import io
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from governance.assessments.actions.assessments import move
from governance.assessments.actions.locking import answer_of, locked
from governance.assessments.models import Answer, Assessment, Progress, Review, SignOff
from governance.assessments.queries import has_written, rows
from governance.assessments.queries.snapshot import binding_of, snapshot_bytes
from ledger.actions import action
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from vault.actions import store

_NEEDS_REMARK = frozenset({Review.Verdict.PARTLY, Review.Verdict.NOT_MET, Review.Verdict.RETURNED})


def review_answer(
    *, by: User, assessment: Assessment, key: str, verdict: str, remark: str = ""
) -> Review:
    """Say what one finds in an answer that is handed in.

    Nobody reviews what he ever wrote. Everything but "met" needs a remark. Raises
    PermissionDenied, or Refused when the assessment is not handed in or nothing is answered.
    """
    with action("governance.answer.reviewed", by=by) as act:
        held = locked(by, assessment, Permission.ASSESSMENT_REVIEW)
        if held.state != Assessment.State.SUBMITTED:
            raise Refused(
                _("Answers are reviewed once the assessment is submitted."),
                code="wrong-state",
                status=409,
            )
        answer = answer_of(by, held, key)
        _refuse_review(by, held, answer, verdict, remark)
        review = Review(
            answer=answer,
            verdict=verdict,
            remark=remark.strip(),
            reviewer=by,
            answer_version=answer.version,
        )
        act.save(review)
    return review


def return_assessment(*, by: User, assessment: Assessment, reason: str) -> Assessment:
    """Give the assessment back to its authors, who find the returned answers with the remarks.

    Raises Refused without a reason, or when no answer is returned.
    """
    with action("governance.assessment.returned", by=by, reason=reason.strip()) as act:
        held = locked(by, assessment, Permission.ASSESSMENT_REVIEW)
        if not any(row.review == Review.Verdict.RETURNED for row in rows(held)):
            raise Refused(
                _("Return at least one answer first, with a remark, so that its author knows."),
                code="nothing-returned",
            )
        return move(act, held, "return", reason)


def sign_assessment(
    *, by: User, assessment: Assessment, meaning: str, password: str, remarks: str = ""
) -> SignOff:
    """Sign an assessment: from now on nothing of it changes, on any way.

    The password proves that the person at the keyboard is ``by``. Name, meaning and time are
    bound to the SHA-256 of the canonical snapshot, which goes into the vault. Raises
    PermissionDenied, or Refused for a wrong password, an author, answers that are returned, a
    qualified signature without remarks, or answers inherited from what nobody signed.
    """
    with action("governance.assessment.signed", by=by, reason=remarks.strip()) as act:
        held = locked(by, assessment, Permission.ASSESSMENT_SIGN)
        _refuse_signing(by, held, meaning, password, remarks)
        held.signed_at = timezone.now()
        move(act, held, "sign", remarks)
        content = snapshot_bytes(held)
        signature = _signature(by, held, meaning, remarks.strip(), content)
        act.save(signature, event="governance.signature.given")
    return signature


def _signature(
    by: User, assessment: Assessment, meaning: str, remarks: str, content: bytes
) -> SignOff:
    signed_at: Any = assessment.signed_at
    signature = SignOff(
        assessment=assessment,
        signer=by,
        signer_name=by.name,
        meaning=meaning,
        remarks=remarks,
        signed_at=signed_at,
        digest=sha256_hex(content),
        file=store(
            io.BytesIO(content),
            media_type="application/json",
            by=by,
            why=f"snapshot of assessment {assessment.pk}",
        ),
    )
    signature.binding = binding_of(signature)
    return signature


def _refuse_review(
    by: User, assessment: Assessment, answer: Answer, verdict: str, remark: str
) -> None:
    if answer._state.adding:
        raise Refused(
            _("Nobody answered this question in this assessment."), code="no-answer", status=409
        )
    if has_written(by, assessment, answer):
        raise Refused(_("You wrote this answer. Ask somebody else to review it."), code="four-eyes")
    if verdict in _NEEDS_REMARK and not remark.strip():
        raise Refused(_("Say what is missing."), code="reason-needed", field="remark")


def _refuse_signing(
    by: User, assessment: Assessment, meaning: str, password: str, remarks: str
) -> None:
    if not by.check_password(password):
        raise Refused(_("This is not your password."), code="password", field="password")
    if has_written(by, assessment):
        raise Refused(
            _("You answered or submitted this assessment. Ask somebody else to sign it."),
            code="four-eyes",
        )
    if meaning == SignOff.Meaning.QUALIFIED and not remarks.strip():
        raise Refused(_("Write the remarks."), code="reason-needed", field="remarks")
    found = list(rows(assessment))
    returned = [row.key for row in found if row.review == Review.Verdict.RETURNED]
    if returned:
        raise Refused(
            _("These answers are returned and not settled: %s.") % ", ".join(returned[:5]),
            code="returned",
        )
    source = assessment.inherits_from
    if source and not source.is_signed and any(r.progress == Progress.INHERITED for r in found):
        raise Refused(
            _("Answers come from “%s”, which nobody has signed yet. Sign that one first.") % source,
            code="source-unsigned",
        )
