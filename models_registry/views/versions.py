"""Pages of model versions and their cards."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actions import require, require_anywhere
from accounts.permissions import Permission
from accounts.queries import can_anywhere
from ledger.errors import Refused
from ledger.transitions import NoTransition, step
from models_registry import queries, states
from models_registry.actions import (
    edit_version,
    import_card,
    move_version,
    register_version_from_card,
)
from models_registry.actions.versions import ORIGIN_FIELDS, VERSION_FIELDS, Origin
from models_registry.forms import CardForm, VersionEditForm, VersionForm
from models_registry.listing import VersionFilter, VersionTable
from models_registry.models import ModelVersion
from models_registry.views.asking import conflict_page, form_page, person_of, reason_form, saved
from models_registry.words import STEPS
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class VersionList(RecordList):
    """Every model version that the person may see."""

    table_class = VersionTable
    filterset_class = VersionFilter
    title = gettext_lazy("Model versions")
    template_name = "models_registry/version_list.html"

    def queryset(self) -> QuerySet[Any]:
        return queries.versions_for_list(person_of(self.request))

    def context(self) -> dict[str, Any]:
        if not can_anywhere(self.request.user, Permission.VERSION_REGISTER):
            return {}
        url = reverse("models_registry:version-register")
        return {"primary": {"url": url, "label": _("Register version")}}


@require_http_methods(["GET", "HEAD", "POST"])
def version_register(request: HttpRequest) -> HttpResponse:
    """Register a model version by its card."""
    user = person_of(request)
    require_anywhere(user, Permission.VERSION_REGISTER)
    initial = {"system": request.GET.get("system", "")}
    form = VersionForm(request.POST or None, request.FILES or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        data, file_name = form.card_bytes()
        try:
            version = register_version_from_card(
                by=user,
                card=data,
                file_name=file_name,
                origin=Origin(**{name: values[name] for name in ORIGIN_FIELDS}),
                **{k: values[k] for k in ("unit", "system", "model_name", "model_type", "number")},
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, version.cards.first() or version)
    return form_page(request, "models_registry/version_register.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def version_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a draft with a merge per field."""
    user = person_of(request)
    version = _version(user, pk)
    require(user, Permission.VERSION_REGISTER, version.model.unit_id)
    template, context = "models_registry/version_edit.html", {"version": version}
    initial = {name: getattr(version, name) for name in VERSION_FIELDS}
    form = VersionEditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            merge = edit_version(
                by=user, version=version, base=form.base(), values=form.cleaned_data
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if merge.clashes:
                return conflict_page(request, template, form, merge, **context)
            return saved(request, version)
    return form_page(request, template, form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def card_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Import a card as the next revision of a draft."""
    user = person_of(request)
    version = _version(user, pk)
    require(user, Permission.VERSION_REGISTER, version.model.unit_id)
    form = CardForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data, file_name = form.card_bytes()
        try:
            card = import_card(by=user, version=version, data=data, file_name=file_name)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, card)
    return form_page(request, "models_registry/card_import.html", form, version=version)


@require_http_methods(["GET", "HEAD", "POST"])
def version_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Name the consequence, ask for the reason, take the step."""
    user = person_of(request)
    version = _version(user, pk)
    try:
        found = step(states.VERSION, version.state, verb)
    except NoTransition as error:
        raise Http404 from error
    require(user, Permission(found.permission), version.model.unit_id)
    form = reason_form(request, found.needs_reason)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            moved = move_version(by=user, version=version, verb=verb, reason=reason)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(moved)
    return form_page(request, "models_registry/step.html", form, record=version, step=STEPS[verb])


def _version(user: Any, pk: int) -> ModelVersion:
    found: QuerySet[ModelVersion] = ModelVersion.objects.select_related(
        "model__unit", "model__owner", "registered_by"
    )
    return visible_or_404(found, user, pk=pk)
