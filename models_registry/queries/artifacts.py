"""Reads of artifacts: what a version holds and what of it somebody still has to answer for."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from jobs.models import OPEN_STATES, Job
from models_registry.models import Artifact, ModelVersion, ScanWaiver


def holding(waivers: QuerySet[ScanWaiver]) -> QuerySet[ScanWaiver]:
    """Those that neither expired nor were ended."""
    return waivers.filter(ended_at=None, expires_at__gt=timezone.now())


def artifacts_of(version: ModelVersion) -> list[Artifact]:
    """The files of a version, each with ``waiver``: the one that holds for its digest, or None."""
    waivers = holding(ScanWaiver.objects.select_related("granted_by"))
    found = list(
        version.artifacts.select_related("file").prefetch_related(
            Prefetch("waivers", queryset=waivers, to_attr="holding_waivers")
        )
    )
    for artifact in found:
        held = [w for w in artifact.holding_waivers if w.digest == artifact.digest]
        artifact.waiver = held[0] if held else None
    return found


def unaccepted(version: ModelVersion) -> list[Artifact]:
    """Files that are neither clean nor covered by a waiver that holds."""
    return [
        artifact
        for artifact in artifacts_of(version)
        if artifact.verdict != Artifact.Verdict.CLEAN and not _waived(artifact)
    ]


def _waived(artifact: Artifact) -> bool:
    return getattr(artifact, "waiver", None) is not None


def artifacts_context(user: User, version: ModelVersion) -> dict[str, Any]:
    """What the section of the version page shows; three queries."""
    artifacts = artifacts_of(version)
    return {
        "artifacts": artifacts,
        "unaccepted": sum(
            a.verdict != Artifact.Verdict.CLEAN and not _waived(a) for a in artifacts
        ),
        "may_register_files": can(user, Permission.VERSION_REGISTER, version.model.unit_id),
        "signatures": list(version.signatures.select_related("added_by")) if artifacts else [],
    }


def artifact_context(user: User, artifact: Artifact) -> dict[str, Any]:
    """What the page of an artifact shows: scans by the run, waivers, custody, open job."""
    unit = artifact.model_version.model.unit_id
    waivers = list(artifact.waivers.select_related("granted_by"))
    now = timezone.now()
    for waiver in waivers:
        waiver.holds = (
            waiver.ended_at is None and waiver.expires_at > now and waiver.digest == artifact.digest
        )
    scans = list(artifact.scans.all()[:40])
    registers = can(user, Permission.VERSION_REGISTER, unit)
    waives = can(user, Permission.ARTIFACT_WAIVE, unit)
    file = artifact.file
    return {
        "artifact": artifact,
        "scans": scans,
        "waivers": waivers,
        "waived": any(w.holds for w in waivers),
        "custody": _custody(artifact),
        "job": Job.objects.filter(
            kind="models_registry.scan", key=f"artifact:{artifact.pk}", state__in=OPEN_STATES
        ).first(),
        "may_remove": registers and artifact.model_version.is_draft,
        "may_scan": registers and file is not None,
        "may_waive": waives and artifact.verdict != Artifact.Verdict.CLEAN,
        "may_end": waives,
    }


def custody_of(version: ModelVersion) -> str:
    """Why a file was handled, as the custody names it; the same bytes may serve other units."""
    return f"artifact of version {version.pk}"


def _custody(artifact: Artifact) -> list[Any]:
    if artifact.file is None:
        return []
    entries = artifact.file.custody.filter(why=custody_of(artifact.model_version))
    return list(entries.select_related("by")[:20])


def due_for_rescan(suffix: str) -> QuerySet[Artifact]:
    """Stored files without a result of the rules whose versions end with ``suffix``."""
    found: QuerySet[Artifact] = Artifact.objects.filter(file__isnull=False)
    return found.exclude(scans__scanner_version__endswith=suffix).order_by("pk")
