"""Pages of the intake and of duplicates."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.errors import Refused
from models_registry import queries
from models_registry.actions import answer_intake, mark_duplicate, unmark_duplicate
from models_registry.actions.intake import kept_intake
from models_registry.forms import DuplicateForm, IntakeForm
from models_registry.models import AISystem
from models_registry.views.asking import conflict_page, form_page, person_of, reason_form, saved
from web.views import visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def system_intake(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions; the answers give the tier, unless somebody overrides it."""
    user = person_of(request)
    system = _editable(user, pk)
    template = "models_registry/system_intake.html"
    context = {"system": system, **queries.tier_context(system)}
    form = IntakeForm(request.POST or None, initial=kept_intake(system))
    if request.method == "POST" and form.is_valid():
        try:
            merge = answer_intake(by=user, system=system, base=form.base(), **form.split())
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if merge.clashes:
                return conflict_page(request, template, form, merge, **context)
            return saved(request, system)
    return form_page(request, template, form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def system_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a system as the duplicate of another one, or take the mark away."""
    user = person_of(request)
    system = _editable(user, pk)
    if system.duplicate_of_id is not None:
        return _unmark(request, user, system)
    form = DuplicateForm(request.POST or None, user=user, initial={"of": request.GET.get("of")})
    if request.method == "POST" and form.is_valid():
        try:
            mark_duplicate(by=user, system=system, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, system)
    alike = [s for s in queries.similar_systems(user, system.name, limit=6) if s.pk != system.pk]
    return form_page(
        request, "models_registry/system_duplicate.html", form, system=system, similar=alike
    )


def _unmark(request: HttpRequest, user: User, system: AISystem) -> HttpResponse:
    form = reason_form(request, True)
    if form.is_bound and form.is_valid():
        try:
            unmark_duplicate(by=user, system=system, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return saved(request, system)
    return form_page(
        request,
        "models_registry/system_duplicate.html",
        form,
        system=system,
        **queries.duplicates_around(user, system),
    )


def _editable(user: User, pk: int) -> AISystem:
    system: AISystem = visible_or_404(AISystem.objects.select_related("unit"), user, pk=pk)
    require(user, Permission.SYSTEM_EDIT, system.unit_id)
    return system
