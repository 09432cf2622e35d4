"""Pages of artifacts, their scans, waivers and signatures."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.errors import Refused
from models_registry.actions.artifacts import (
    add_artifact,
    note_download,
    register_artifact,
    remove_artifact,
    request_scan,
)
from models_registry.actions.signatures import LARGEST_BUNDLE, LARGEST_KEY, add_signature
from models_registry.actions.waivers import end_waiver, waive_artifact
from models_registry.forms.artifacts import ArtifactForm, SignatureForm, WaiverForm
from models_registry.forms.base import ReasonForm
from models_registry.history import history
from models_registry.models import Artifact, ModelVersion, ScanWaiver
from models_registry.queries.artifacts import artifact_context
from models_registry.serving import artifact_download
from models_registry.views.asking import form_page, person_of, saved
from web.views import SeeOther, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def artifact_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a file of a draft, or name one by its digest."""
    user = person_of(request)
    version = _version(user, pk)
    form = ArtifactForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            artifact = _add(user, version, form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, artifact)
    return form_page(request, "models_registry/artifact_add.html", form, version=version)


def _add(user: User, version: ModelVersion, values: dict[str, Any]) -> Artifact:
    common = {"by": user, "version": version, "path": values["path"], "role": values["role"]}
    if values["file"]:
        return add_artifact(stream=values["file"], **common)
    return register_artifact(digest=values["digest"], uri=values["uri"], **common)


@require_safe
def artifact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the scanners said, waivers, custody, history."""
    user = person_of(request)
    artifact = _artifact(user, pk)
    context = artifact_context(user, artifact)
    context["history"] = history(artifact, *context["waivers"])
    return render(request, "models_registry/artifact_detail.html", context)


@require_safe
def artifact_content(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The file itself, as a download that no browser shows; the custody says who took it."""
    user = person_of(request)
    artifact = _artifact(user, pk)
    if artifact.file is None:
        raise Http404
    if request.method == "GET":
        note_download(by=user, artifact=artifact)
    return artifact_download(artifact)


@require_http_methods(["GET", "HEAD", "POST"])
def artifact_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take the file off the draft."""
    user = person_of(request)
    artifact = _artifact(user, pk)
    version = artifact.model_version
    require(user, Permission.VERSION_REGISTER, version.model.unit_id)
    form = ReasonForm(None)
    if request.method == "POST":
        remove_artifact(by=user, artifact=artifact)
        messages.success(request, _("Removed."))
        return SeeOther(f"{version.get_absolute_url()}?tab=files#artifacts")
    return form_page(request, "models_registry/artifact_remove.html", form, artifact=artifact)


@require_POST
def artifact_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another scan."""
    user = person_of(request)
    artifact = _artifact(user, pk)
    request_scan(by=user, artifact=artifact)
    return SeeOther(artifact)


@require_http_methods(["GET", "HEAD", "POST"])
def artifact_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer for a file that is not clean."""
    user = person_of(request)
    artifact = _artifact(user, pk)
    require(user, Permission.ARTIFACT_WAIVE, artifact.model_version.model.unit_id)
    form = WaiverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        texts = {name: form.cleaned_data[name] for name in ("reason", "control")}
        try:
            waive_artifact(by=user, artifact=artifact, expires_at=form.expires_at(), **texts)
        except Refused as refused:
            if refused.field == "expires_at":
                refused.field = "until"
            form.add_refusal(refused)
        else:
            return saved(request, artifact)
    return form_page(request, "models_registry/artifact_waive.html", form, artifact=artifact)


@require_http_methods(["GET", "HEAD", "POST"])
def waiver_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a waiver before its date."""
    user = person_of(request)
    known = ScanWaiver.objects.select_related("artifact__model_version__model__unit")
    waiver = visible_or_404(known, user, pk=pk)
    require(user, Permission.ARTIFACT_WAIVE, waiver.artifact.model_version.model.unit_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_waiver(by=user, waiver=waiver, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, waiver.artifact)
    return form_page(request, "models_registry/waiver_end.html", form, waiver=waiver)


@require_http_methods(["GET", "HEAD", "POST"])
def signature_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a signature over the files of a version, frozen or not."""
    user = person_of(request)
    version = _version(user, pk)
    form = SignatureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        bundle = form.cleaned_data["bundle"].read(LARGEST_BUNDLE + 1)
        key = form.cleaned_data["key"].read(LARGEST_KEY + 1)
        try:
            add_signature(by=user, version=version, bundle=bundle, key=key)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return SeeOther(f"{version.get_absolute_url()}?tab=files#artifacts")
    return form_page(request, "models_registry/signature_add.html", form, version=version)


def _version(user: User, pk: int) -> ModelVersion:
    """A visible version whose files ``user`` may change."""
    known: QuerySet[ModelVersion] = ModelVersion.objects.select_related("model__unit")
    version = visible_or_404(known, user, pk=pk)
    require(user, Permission.VERSION_REGISTER, version.model.unit_id)
    return version


def _artifact(user: User, pk: int) -> Artifact:
    known: QuerySet[Artifact] = Artifact.objects.select_related(
        "model_version__model__unit", "file", "added_by"
    )
    return visible_or_404(known, user, pk=pk)
