"""Reads of artifacts: what a version holds and what of it somebody still has to answer for."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from jobs.models import Job, JobState
from models_registry.models import Artifact, ModelVersion, ScanResult, ScanWaiver
from models_registry.scanning.run import VAULT

SCAN_JOB = "models_registry.scan"


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
        "job": _job_of(artifact, scans),
        "may_remove": registers and artifact.model_version.is_draft,
        "may_scan": registers and file is not None,
        "may_waive": waives and artifact.verdict != Artifact.Verdict.CLEAN,
        "may_end": waives,
    }


def _job_of(artifact: Artifact, scans: list[ScanResult]) -> Job | None:
    """The scan that is under way, or the last one when it was given up and no result is newer."""
    jobs = Job.objects.filter(kind=SCAN_JOB, key=f"artifact:{artifact.pk}")
    job: Job | None = jobs.order_by("-pk").first()
    if job is None or job.is_open:
        return job
    newer = scans and scans[0].created_at >= job.created_at
    return job if job.state == JobState.FAILED and not newer else None


def custody_of(version: ModelVersion) -> str:
    """Why a file was handled, as the custody names it; the same bytes may serve other units."""
    return f"artifact of version {version.pk}"


def _custody(artifact: Artifact) -> list[Any]:
    if artifact.file is None:
        return []
    entries = artifact.file.custody.filter(why=custody_of(artifact.model_version))
    return list(entries.select_related("by")[:20])


def due_for_rescan(suffix: str) -> QuerySet[Artifact]:
    """Stored files without a result of the rules whose versions end with ``suffix``.

    A file whose scan was given up under these rules is left alone: it would be given up again.
    """
    found: QuerySet[Artifact] = Artifact.objects.filter(file__isnull=False)
    given_up = Job.objects.filter(
        kind=SCAN_JOB, state=JobState.FAILED, arguments__rules=suffix
    ).values_list("arguments__artifact", flat=True)
    due = found.exclude(scans__scanner_version__endswith=suffix).exclude(pk__in=list(given_up))
    return due.order_by("pk")


def without_bytes(suffix: str) -> QuerySet[Artifact]:
    """Files of which the newest scan under these rules found no bytes."""
    same = ScanResult.objects.filter(artifact=OuterRef("artifact")).order_by("-pk")
    missing = ScanResult.objects.filter(
        artifact=OuterRef("pk"),
        pk=Subquery(same.values("pk")[:1]),
        scanner=VAULT,
        scanner_version__endswith=suffix,
    )
    return Artifact.objects.filter(Exists(missing)).order_by("pk")
