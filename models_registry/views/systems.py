"""Pages of AI systems."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require, require_anywhere
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from ledger.errors import Refused
from ledger.transitions import NoTransition, step, verbs
from models_registry import queries, states
from models_registry.actions import edit_system, move_system, register_system
from models_registry.actions.systems import SYSTEM_FIELDS
from models_registry.forms import SystemEditForm, SystemForm
from models_registry.history import history
from models_registry.listing import SystemFilter, SystemTable
from models_registry.models import AISystem
from models_registry.queries.deployments import serving_now
from models_registry.queries.models import uses_of
from models_registry.views.asking import conflict_page, form_page, person_of, reason_form, saved
from models_registry.views.choosing import many_context
from models_registry.words import STEPS
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class SystemList(RecordList):
    """Every AI system that the person may see."""

    table_class = SystemTable
    filterset_class = SystemFilter
    title = gettext_lazy("AI systems")
    template_name = "models_registry/system_list.html"

    def queryset(self) -> QuerySet[Any]:
        return queries.systems_for_list(person_of(self.request))

    def context(self) -> dict[str, Any]:
        if not can_anywhere(self.request.user, Permission.SYSTEM_EDIT):
            return {}
        url = reverse("models_registry:system-register")
        return {
            "primary": {"url": url, "label": _("Register system")},
            **many_context(self.request, "system"),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def system_register(request: HttpRequest) -> HttpResponse:
    """Register a system; ask once when one of a similar name exists."""
    user = person_of(request)
    require_anywhere(user, Permission.SYSTEM_EDIT)
    form = SystemForm(request.POST or None, user=user)
    similar: list[AISystem] = []
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        distinct = values.pop("distinct")
        similar = [] if distinct else queries.similar_systems(user, values["name"])
        if similar:
            form.ask_distinct()
        else:
            try:
                return SeeOther(register_system(by=user, **values))
            except Refused as refused:
                form.add_refusal(refused)
    return form_page(request, "models_registry/system_register.html", form, similar=similar)


@require_safe
def system_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Identity, state, versions, what others say about it, history."""
    user = person_of(request)
    system = visible_or_404(
        AISystem.objects.select_related("unit", "owner", "accountable"), user, pk=pk
    )
    may_edit = can(user, Permission.SYSTEM_EDIT, system.unit_id)
    versions = queries.versions_of(user, system)
    context = {
        "system": system,
        "versions": versions[:20],
        "version_count": versions.count(),
        **queries.tier_context(system),
        **queries.duplicates_around(user, system),
        "uses": uses_of(user, system),
        "serving": serving_now(user, system),
        "history": history(system),
        "may_edit": may_edit,
        "may_register": can(user, Permission.VERSION_REGISTER, system.unit_id),
        "steps": [STEPS[t.verb] for t in verbs(states.SYSTEM, system.state)] if may_edit else [],
    }
    return render(request, "models_registry/system_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def system_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit with a merge per field: two people lose no word."""
    user = person_of(request)
    system = visible_or_404(AISystem.objects.select_related("unit"), user, pk=pk)
    require(user, Permission.SYSTEM_EDIT, system.unit_id)
    template, context = "models_registry/system_edit.html", {"system": system}
    initial = {name: getattr(system, name) for name in SYSTEM_FIELDS}
    form = SystemEditForm(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            merge = edit_system(by=user, system=system, base=form.base(), values=form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if merge.clashes:
                return conflict_page(request, template, form, merge, **context)
            return saved(request, system)
    return form_page(request, template, form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def system_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask for the reason and take one step through the life of a system."""
    user = person_of(request)
    system = visible_or_404(AISystem.objects.select_related("unit"), user, pk=pk)
    require(user, Permission.SYSTEM_EDIT, system.unit_id)
    try:
        needed = step(states.SYSTEM, system.state, verb).needs_reason
    except NoTransition as error:
        raise Http404 from error
    form = reason_form(request, needed)
    if form.is_bound and form.is_valid():
        try:
            moved = move_system(
                by=user, system=system, verb=verb, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, moved)
    return form_page(request, "models_registry/step.html", form, record=system, step=STEPS[verb])
