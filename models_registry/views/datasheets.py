"""Pages of datasheets."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from models_registry.actions.datasheets import import_datasheet, write_datasheet
from models_registry.cards.croissant import MEDIA_TYPE
from models_registry.forms.datasheets import CroissantForm, DatasheetForm
from models_registry.models import DatasetVersion, Datasheet
from models_registry.queries.datasheets import datasheet_export as export_of
from models_registry.queries.datasheets import written_themes
from models_registry.views.asking import conflict_page, form_page, person_of, saved
from vault.queries import read_bytes
from web.views import attachment, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def datasheet_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the themes, merged with what somebody else wrote meanwhile."""
    user = person_of(request)
    dataset = _dataset(user, pk)
    template, context = "models_registry/datasheet_edit.html", {"dataset": dataset}
    form = DatasheetForm(request.POST or None, initial=written_themes(dataset))
    if request.method == "POST" and form.is_valid():
        merge = write_datasheet(
            by=user, dataset=dataset, base=form.base(), themes=form.cleaned_data
        )
        if merge.clashes:
            return conflict_page(request, template, form, merge, **context)
        return saved(request, dataset)
    return form_page(request, template, form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def datasheet_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a Croissant file as the next datasheet."""
    user = person_of(request)
    dataset = _dataset(user, pk)
    form = CroissantForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data, file_name = form.file_bytes()
        try:
            import_datasheet(by=user, dataset=dataset, data=data, file_name=file_name)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, dataset)
    return form_page(request, "models_registry/datasheet_import.html", form, dataset=dataset)


@require_safe
def datasheet_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The Croissant file as it was imported, byte for byte."""
    rows = Datasheet.objects.select_related("original")
    sheet = visible_or_404(rows, request.user, pk=pk)
    if sheet.original is None:
        raise Http404
    return attachment(
        read_bytes(sheet.original.digest), media_type=MEDIA_TYPE, name=sheet.file_name
    )


@require_safe
def datasheet_export(request: HttpRequest, pk: int) -> HttpResponse:
    """What Croissant cannot hold of this datasheet, before the file."""
    sheet = _sheet(request, pk)
    made = export_of(sheet)
    own = sheet.original is not None and sheet.original.digest == sha256_hex(made.data)
    context = {"sheet": sheet, "dataset": sheet.dataset, "losses": made.losses, "own": own}
    return render(request, "models_registry/datasheet_export.html", context)


@require_safe
def datasheet_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The datasheet as a Croissant file."""
    made = export_of(_sheet(request, pk))
    return attachment(made.data, media_type=made.media_type, name=made.file_name)


def _sheet(request: HttpRequest, pk: int) -> Datasheet:
    rows = Datasheet.objects.select_related("original", "dataset__file")
    sheet: Datasheet = visible_or_404(rows, request.user, pk=pk)
    return sheet


def _dataset(user: User, pk: int) -> DatasetVersion:
    rows = DatasetVersion.objects.select_related("unit")
    dataset: DatasetVersion = visible_or_404(rows, user, pk=pk)
    require(user, Permission.DATASET_UPLOAD, dataset.unit_id)
    return dataset
