"""Pages of deployments."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require
from accounts.permissions import Permission
from accounts.queries import can
from ledger.errors import Refused
from models_registry.actions.deployments import (
    check_rollback,
    deploy,
    open_check_job,
    promote,
    retire_deployment,
    roll_back,
)
from models_registry.forms import ReasonForm
from models_registry.forms.deployments import (
    DeployForm,
    PromoteForm,
    RollBackForm,
    TargetForm,
)
from models_registry.history import history
from models_registry.listing.deployments import (
    DeploymentFilter,
    DeploymentTable,
    ProductionFilter,
    ProductionTable,
)
from models_registry.models import AISystem, Deployment, Model, ModelVersion
from models_registry.queries import deployments as queries
from models_registry.views.asking import form_page, person_of
from models_registry.views.pictures import environment_picture
from models_registry.words import DEPLOYMENT_STEPS
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class DeploymentList(RecordList):
    """Every deployment that the person may see."""

    table_class = DeploymentTable
    filterset_class = DeploymentFilter
    title = gettext_lazy("Deployments")
    template_name = "models_registry/deployment_list.html"

    def queryset(self) -> QuerySet[Any]:
        return queries.deployments_for_list(person_of(self.request))


class DeploymentAt(RecordList):
    """What was in production at a moment."""

    table_class = ProductionTable
    filterset_class = ProductionFilter
    title = gettext_lazy("In production")
    template_name = "models_registry/deployment_at.html"

    def queryset(self) -> QuerySet[Any]:
        return queries.in_production_at(person_of(self.request), self.moment())

    def moment(self) -> dt.datetime:
        """The moment of the address; now where it names none (the filter tells what is wrong)."""
        try:
            return queries.read_moment(self.request.GET.get("at", ""))
        except (ValueError, OverflowError):
            return timezone.now()

    def context(self) -> dict[str, Any]:
        return {"moment": self.moment(), "is_filtered": False}


@require_safe
def deployment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What serves where since when, the way back, and what happened."""
    user = person_of(request)
    made = _deployment(user, pk)
    version = made.model_version
    serves = made.until is None
    check = queries.newest_check(made)
    before = queries.way_back(made)
    may = serves and can(user, Permission.DEPLOYMENT_CHANGE, version.model.unit_id)
    context = {
        "deployment": made,
        "serves": serves,
        "answer": queries.digest_answer(made),
        "check": check,
        "check_holds": check is not None and queries.still_holds(check),
        "before": before,
        "job": open_check_job(made) if serves else None,
        "system": AISystem.objects.visible_to(user).filter(pk=made.system_id).first(),
        "targets": TargetForm(deployment=made, initial={"target": before}) if may else None,
        "steps": _steps(made) if may else [],
        "history": history(made),
    }
    return render(request, "models_registry/deployment_detail.html", context)


def _steps(made: Deployment) -> list[Any]:
    verbs = ["roll_back", "retire"]
    if made.stage != Deployment.Stage.PRODUCTION:
        verbs.insert(0, "promote")
    return [DEPLOYMENT_STEPS[verb] for verb in verbs]


@require_http_methods(["GET", "HEAD", "POST"])
def deployment_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a version into an environment."""
    user = person_of(request)
    found: QuerySet[ModelVersion] = ModelVersion.objects.select_related("model__unit")
    version = visible_or_404(found, user, pk=pk)
    require(user, Permission.DEPLOYMENT_CHANGE, version.model.unit_id)
    initial = {"stage": Deployment.Stage.PRODUCTION}
    form = DeployForm(request.POST or None, user=user, version=version, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            return SeeOther(deploy(by=user, version=version, **form.cleaned_data))
        except Refused as refused:
            form.add_refusal(refused)
    return form_page(request, "models_registry/deployment_start.html", form, version=version)


@require_http_methods(["GET", "HEAD", "POST"])
def deployment_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Name the consequence, ask for the reason, and promote, retire or roll back."""
    user = person_of(request)
    made = _deployment(user, pk)
    require(user, Permission.DEPLOYMENT_CHANGE, made.model_version.model.unit_id)
    step = DEPLOYMENT_STEPS.get(verb)
    if step is None:
        raise Http404
    form = _form_of(request, verb, made)
    if form.is_bound and form.is_valid():
        try:
            return SeeOther(_MOVES[verb](by=user, deployment=made, **form.cleaned_data))
        except Refused as refused:
            form.add_refusal(refused)
    page = "models_registry/deployment_move.html"
    check = queries.newest_check(made) if verb == "roll_back" else None
    holds = check is not None and queries.still_holds(check)
    context = {"deployment": made, "step": step, "check": check, "check_holds": holds}
    return form_page(request, page, form, **context)


_MOVES: dict[str, Any] = {
    "promote": promote,
    "retire": retire_deployment,
    "roll_back": roll_back,
}


def _form_of(request: HttpRequest, verb: str, made: Deployment) -> Any:
    data = request.POST if request.method == "POST" else None
    if verb == "promote":
        return PromoteForm(data)
    if verb == "retire":
        return ReasonForm(data)
    check = queries.newest_check(made)
    target = check.target if check else queries.way_back(made)
    return RollBackForm(data, deployment=made, initial={"target": target})


@require_http_methods(["POST"])
def deployment_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a look at the way back."""
    user = person_of(request)
    made = _deployment(user, pk)
    require(user, Permission.DEPLOYMENT_CHANGE, made.model_version.model.unit_id)
    form = TargetForm(request.POST, deployment=made)
    if not form.is_valid():
        raise Refused(_("Choose the version to go back to."), code="target", field="target")
    check_rollback(by=user, deployment=made, target=form.cleaned_data["target"])
    messages.success(request, _("The way back is being checked."))
    return SeeOther(f"{made.get_absolute_url()}#way-back")


@require_safe
def deployment_history(request: HttpRequest, pk: int, environment: str) -> HttpResponse:
    """Everything that a model did in one environment, as a picture and a table."""
    found: QuerySet[Model] = Model.objects.select_related("unit")
    model = visible_or_404(found, person_of(request), pk=pk)
    rows = list(queries.history_of(model, environment)[: queries.LONGEST_HISTORY])
    if not rows:
        raise Http404
    context = {
        "model": model,
        "environment": environment,
        "rows": rows,
        "picture": environment_picture(rows, model, environment),
    }
    return render(request, "models_registry/deployment_history.html", context)


def _deployment(user: Any, pk: int) -> Deployment:
    return visible_or_404(queries.deployments_for_list(user), user, pk=pk)
