"""Writes about waivers: somebody answers for a file that is not clean, until a date."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.errors import Refused
from models_registry.actions.editing import locked
from models_registry.models import Artifact, ScanWaiver
from models_registry.queries.artifacts import holding

LONGEST = dt.timedelta(days=180)


def waive_artifact(
    *, by: User, artifact: Artifact, reason: str, control: str, expires_at: dt.datetime
) -> ScanWaiver:
    """Accept a file that is not clean until ``expires_at``, at most 180 days ahead.

    It holds for the digest of today. Raises ``Refused`` for a clean file, a second waiver, a file
    that ``by`` added and a date out of range.
    """
    require(by, Permission.ARTIFACT_WAIVE, artifact.model_version.model.unit_id)
    now = timezone.now()
    if not now < expires_at <= now + LONGEST:
        raise Refused(
            _("Choose a date in the future, at most 180 days from now."),
            code="expiry",
            field="expires_at",
        )
    with action("models_registry.waiver.granted", by=by, reason=reason) as act:
        artifact = locked(artifact)
        _refuse_needless(by, artifact)
        waiver = ScanWaiver(
            artifact=artifact,
            digest=artifact.digest,
            reason=reason,
            control=control,
            granted_by=by,
            expires_at=expires_at,
        )
        act.save(waiver)
    return waiver


def end_waiver(*, by: User, waiver: ScanWaiver, reason: str) -> ScanWaiver:
    """End a waiver before its date. Raises ``Refused`` without a reason or when it has ended."""
    require(by, Permission.ARTIFACT_WAIVE, waiver.artifact.model_version.model.unit_id)
    if not reason.strip():
        raise Refused(_("Say why the waiver ends."), code="reason", field="reason")
    with action("models_registry.waiver.ended", by=by, reason=reason) as act:
        waiver.refresh_from_db()
        if waiver.ended_at is not None or waiver.expires_at <= timezone.now():
            raise Refused(_("This waiver has ended already."), code="ended", status=409)
        waiver.ended_at = timezone.now()
        act.save(waiver)
    return waiver


def _refuse_needless(by: User, artifact: Artifact) -> None:
    if artifact.verdict == Artifact.Verdict.CLEAN:
        raise Refused(_("The file has no findings, so it needs no waiver."), code="clean")
    if artifact.added_by_id == by.pk:
        raise Refused(
            _("You added this file. Ask somebody else to answer for it."), code="four-eyes"
        )
    if holding(artifact.waivers.all()).filter(digest=artifact.digest).exists():
        raise Refused(
            _("A waiver holds for this file. End it before you grant another one."),
            code="conflict",
            status=409,
        )
