"""Tables, and downloads of what was imported."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require_anywhere
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from ledger.errors import Refused
from models_registry import queries
from models_registry.actions import upload_dataset
from models_registry.forms import DatasetForm
from models_registry.history import history
from models_registry.listing import DatasetFilter, DatasetTable
from models_registry.models import CardRevision, DatasetVersion
from models_registry.queries.datasheets import datasheet_context
from models_registry.views.asking import form_page, person_of, saved
from vault.queries import open_file, read_bytes
from web.lists import RecordList
from web.views import attachment, visible_or_404

_CHUNK = 256 * 1024


class DatasetList(RecordList):
    """Every table that the person may see."""

    table_class = DatasetTable
    filterset_class = DatasetFilter
    title = gettext_lazy("Tables")
    template_name = "models_registry/dataset_list.html"

    def queryset(self) -> QuerySet[Any]:
        return queries.datasets_for_list(person_of(self.request))

    def context(self) -> dict[str, Any]:
        if not can_anywhere(self.request.user, Permission.DATASET_UPLOAD):
            return {}
        url = reverse("models_registry:dataset-upload")
        return {"primary": {"url": url, "label": _("Upload table")}}


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_upload(request: HttpRequest) -> HttpResponse:
    """Upload a table as a version of a dataset."""
    user = person_of(request)
    require_anywhere(user, Permission.DATASET_UPLOAD)
    form = DatasetForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("file")
        try:
            dataset = upload_dataset(by=user, stream=upload, file_name=upload.name, **values)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, dataset)
    return form_page(request, "models_registry/dataset_upload.html", form)


@require_safe
def dataset_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Columns with kinds, gaps and ranges; where the table is used; history."""
    user = person_of(request)
    rows = DatasetVersion.objects.select_related("unit", "uploaded_by", "file")
    dataset = visible_or_404(rows, user, pk=pk)
    context = {
        "dataset": dataset,
        "columns": dataset.columns,
        "notes": dataset.profile.get("notes", []),
        "versions": queries.versions_using(user, dataset),
        "history": history(dataset, *dataset.datasheets.all()),
        "may_describe": can(user, Permission.DATASET_UPLOAD, dataset.unit_id),
        **datasheet_context(dataset),
    }
    return render(request, "models_registry/dataset_detail.html", context)


@require_safe
def dataset_original(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The table's bytes as uploaded, streamed."""
    rows = DatasetVersion.objects.select_related("file")
    dataset = visible_or_404(rows, request.user, pk=pk)
    head = attachment(b"", media_type=dataset.media_type, name=dataset.file_name)
    response = StreamingHttpResponse(_chunks(dataset.fingerprint), headers=head.headers)
    response["Content-Length"] = dataset.file.size
    return response


def _chunks(digest: str) -> Iterator[bytes]:
    """The bytes piece by piece; the file is opened when the first piece is wanted."""
    with open_file(digest) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


@require_safe
def card_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The card's bytes as imported: an unedited export is the original."""
    card = visible_or_404(CardRevision.objects.all(), request.user, pk=pk)
    return attachment(read_bytes(card.digest), media_type=card.media_type, name=card.file_name)


@require_safe
def card_json(request: HttpRequest, pk: int) -> HttpResponse:
    """What was read from the card, with the import report, as JSON."""
    cards = CardRevision.objects.select_related("model_version__model")
    card = visible_or_404(cards, request.user, pk=pk)
    response = JsonResponse(queries.card_export(card), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="card-{card.pk}.json"'
    return response
