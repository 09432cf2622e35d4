"""Pages of models and of their uses."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from ledger.errors import Refused
from models_registry import queries
from models_registry.actions.models import (
    MODEL_FIELDS,
    USE_FIELDS,
    add_use,
    edit_model,
    edit_use,
    remove_use,
)
from models_registry.forms.models import ModelEditForm, UseAddForm, UseEditForm
from models_registry.history import history
from models_registry.listing.models import ModelFilter, ModelTable
from models_registry.models import AISystem, Model, ModelUse
from models_registry.queries.models import models_for_list, uses_of
from models_registry.views.asking import conflict_page, form_page, person_of, reason_form, saved
from models_registry.views.choosing import many_context
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class ModelList(RecordList):
    """Every model that the person may see."""

    table_class = ModelTable
    filterset_class = ModelFilter
    title = gettext_lazy("Models")
    template_name = "models_registry/model_list.html"

    def queryset(self) -> QuerySet[Any]:
        return models_for_list(person_of(self.request))

    def context(self) -> dict[str, Any]:
        if not can_anywhere(self.request.user, Permission.SYSTEM_EDIT):
            return {}
        return many_context(self.request, "model")


@require_safe
def model_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the model is, who answers for what, where it is used, its versions."""
    user = person_of(request)
    people = ("unit", "owner", "developer", "validator", "approver")
    model: Model = visible_or_404(Model.objects.select_related(*people), user, pk=pk)
    versions = queries.versions_for_list(user).filter(model=model)
    context = {
        "model": model,
        "uses": uses_of(user, model),
        "versions": versions[:20],
        "history": history(model),
        "may_edit": can(user, Permission.SYSTEM_EDIT, model.unit_id),
    }
    return render(request, "models_registry/model_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def model_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit with a merge per field."""
    user = person_of(request)
    model: Model = visible_or_404(Model.objects.select_related("unit"), user, pk=pk)
    require(user, Permission.SYSTEM_EDIT, model.unit_id)
    template, context = "models_registry/model_edit.html", {"record": model}
    initial = {name: getattr(model, name) for name in MODEL_FIELDS}
    form = ModelEditForm(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            merge = edit_model(by=user, model=model, base=form.base(), values=form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if merge.clashes:
                return conflict_page(request, template, form, merge, **context)
            return saved(request, model)
    return form_page(request, template, form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def use_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a system uses a model."""
    user = person_of(request)
    system: AISystem = visible_or_404(AISystem.objects.select_related("unit"), user, pk=pk)
    require(user, Permission.SYSTEM_EDIT, system.unit_id)
    form = UseAddForm(request.POST or None, user=user, system=system)
    if request.method == "POST" and form.is_valid():
        try:
            return saved(request, add_use(by=user, system=system, **form.cleaned_data))
        except Refused as refused:
            form.add_refusal(refused)
    return form_page(request, "models_registry/use_add.html", form, system=system)


@require_safe
def use_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The governed pair: what the system uses the model for, and within which limits."""
    user = person_of(request)
    use = _use(user, pk)
    context = {
        "use": use,
        "model_seen": Model.objects.visible_to(user).filter(pk=use.model_id).exists(),
        "history": history(use),
        "may_edit": can(user, Permission.SYSTEM_EDIT, use.system.unit_id),
    }
    return render(request, "models_registry/use_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def use_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit with a merge per field."""
    user = person_of(request)
    use = _use(user, pk)
    require(user, Permission.SYSTEM_EDIT, use.system.unit_id)
    template, context = "models_registry/model_edit.html", {"record": use}
    initial = {name: getattr(use, name) for name in USE_FIELDS}
    form = UseEditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            merge = edit_use(by=user, use=use, base=form.base(), values=form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if merge.clashes:
                return conflict_page(request, template, form, merge, **context)
            return saved(request, use)
    return form_page(request, template, form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def use_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the consequence, ask for the reason, remove the use."""
    user = person_of(request)
    use = _use(user, pk)
    require(user, Permission.SYSTEM_EDIT, use.system.unit_id)
    form = reason_form(request, True)
    if form.is_bound and form.is_valid():
        try:
            remove_use(by=user, use=use, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(use.system)
    return form_page(request, "models_registry/use_remove.html", form, use=use)


def _use(user: User, pk: int) -> ModelUse:
    rows = ModelUse.objects.select_related("system__unit", "model__unit")
    found: ModelUse = visible_or_404(rows, user, pk=pk)
    return found
