"""Long work of the registry."""

from collections.abc import Callable

from celery import shared_task
from django.conf import settings

from accounts.models import User
from jobs.errors import JobFailed
from jobs.registry import JobContext, handler
from models_registry.actions.artifacts import record_scan, rescan_outdated
from models_registry.actions.deployments import CHECK_JOB, record_rollback_check
from models_registry.actions.imports import (
    APPLY_JOB,
    READ_JOB,
    PlanChanged,
    apply_import,
    keep_fetched,
    record_plan,
)
from models_registry.actions.signatures import VERIFY_JOB, record_verification
from models_registry.importing.manifest import Manifest
from models_registry.importing.mlflow_server import fetch
from models_registry.importing.sources import read_source
from models_registry.models import (
    Artifact,
    Deployment,
    ModelVersion,
    RegistryImport,
    Signature,
)
from models_registry.queries.artifacts import SCAN_JOB
from models_registry.queries.rollback import reasons_about
from models_registry.scanning.run import Scanned, scan_file
from models_registry.scanning.signatures import UNVERIFIED, Verification, verify
from vault.queries import path_of, read_bytes


@handler(CHECK_JOB, lease_seconds=120, limit_seconds=3_600)
def check_way_back(ctx: JobContext) -> None:
    """Read every file of the target again and say whether one could go back to it."""
    known = Deployment.objects.select_related("model_version__model__unit")
    deployment = known.get(pk=ctx.arguments["deployment"])
    target = ModelVersion.objects.select_related("model").get(pk=ctx.arguments["target"])
    reasons = reasons_about(deployment, target, ctx.progress)
    with ctx.finish() as done:
        record_rollback_check(by=ctx.by, deployment=deployment, target=target, reasons=reasons)
        done.result = f"{deployment.get_absolute_url()}#way-back"


@handler(SCAN_JOB, lease_seconds=60, limit_seconds=1_200)
def scan_artifact(ctx: JobContext) -> None:
    """Scan one stored file. A file that was taken off meanwhile needs no scan."""
    known = Artifact.objects.select_related("model_version__model")
    found = known.filter(pk=ctx.arguments["artifact"], file__isnull=False)
    digest = found.values_list("digest", flat=True).first()
    scanned: Scanned | None = None
    if digest is not None:
        ctx.progress(5, "Looking into the file")
        scanned = scan_file(path_of(digest), tick=_tick(ctx, "Scanning"))
    with ctx.finish() as done:
        artifact = found.first()
        if artifact is not None and scanned is not None:
            record_scan(by=ctx.by, artifact=artifact, scanned=scanned)
            done.result = artifact.get_absolute_url()


@handler(VERIFY_JOB, lease_seconds=60, limit_seconds=1_200)
def verify_signature(ctx: JobContext) -> None:
    """Verify one signature against the files as they are stored now."""
    known = Signature.objects.select_related("model_version__model", "bundle")
    signature = known.get(pk=ctx.arguments["signature"])
    ctx.progress(5, "Hashing the files")
    said = _verified(signature, ctx)
    with ctx.finish() as done:
        record_verification(by=ctx.by, signature=signature, said=said)
        done.result = f"{signature.model_version.get_absolute_url()}?tab=files#artifacts"


def _verified(signature: Signature, ctx: JobContext) -> Verification:
    artifacts = list(signature.model_version.artifacts.all())
    missing = [artifact.path for artifact in artifacts if artifact.file_id is None]
    if missing or signature.model_version.artifact_set_digest != signature.artifact_set_digest:
        why = f"No bytes are stored for {missing[0]}." if missing else "The files changed since."
        return Verification(UNVERIFIED, why)
    return verify(
        [(artifact.path, path_of(artifact.digest)) for artifact in artifacts],
        bundle=read_bytes(signature.bundle.digest),
        key=str(ctx.arguments["key"]).encode(),
        scratch=settings.FILE_UPLOAD_TEMP_DIR,
        tick=_tick(ctx, "Hashing the files"),
    )


def _tick(ctx: JobContext, message: str) -> Callable[[str], None]:
    return lambda line: ctx.progress(50, line or message)


@handler(READ_JOB, lease_seconds=180, limit_seconds=1_200)
def read_import(ctx: JobContext) -> None:
    """Read what was sent, or fetch it from a live server, and make the plan."""
    found = _import_of(ctx)
    original = found.original
    if original is None:
        data = fetch(found.label, _tick(ctx, "Asking the server"))
        original = keep_fetched(by=ctx.by, found=found, data=data)
    ctx.progress(40, "Reading")
    manifest = _manifest(ctx, found, original.digest)
    ctx.progress(60, "Comparing with what is stored")
    with ctx.finish() as done:
        record_plan(by=ctx.by, found=found, manifest=manifest, original=original)
        done.result = found.get_absolute_url()


@handler(APPLY_JOB, lease_seconds=900, limit_seconds=3_600)
def apply_registry_import(ctx: JobContext) -> None:
    """Write what the plan says; when records changed meanwhile, make the plan again instead."""
    found = _import_of(ctx)
    ctx.progress(10, "Reading")
    manifest = _manifest(ctx, found, found.original.digest if found.original else "")
    ctx.progress(30, "Writing")
    try:
        with ctx.finish() as done:
            apply_import(by=ctx.by, found=found, manifest=manifest)
            done.result = found.get_absolute_url()
    except PlanChanged as changed:
        record_plan(by=ctx.by, found=found, manifest=manifest)
        raise JobFailed(changed.message) from changed


def _import_of(ctx: JobContext) -> RegistryImport:
    known = RegistryImport.objects.select_related("unit", "original")
    found: RegistryImport = known.get(pk=ctx.arguments["import"])
    return found


def _manifest(ctx: JobContext, found: RegistryImport, digest: str) -> Manifest:
    return read_source(found.source, path_of(digest), found.label, _tick(ctx, "Unpacking"))


@shared_task(name="models_registry.rescan", ignore_result=True)
def rescan() -> None:
    rescan_outdated(by=User.objects.service())
