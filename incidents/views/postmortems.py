"""The postmortem of an incident: written, reviewed by somebody else, published, handed out."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from incidents import wording
from incidents.actions import postmortems as actions
from incidents.actions.common import require_on
from incidents.forms.postmortems import (
    SEEN,
    ConfirmForm,
    LearningForm,
    PostmortemForm,
    PublishForm,
    ReturnForm,
)
from incidents.models import Incident, Learning, Postmortem
from incidents.postmortem_tables import PostmortemFilter, PostmortemTable
from incidents.postmortems.markdown import as_markdown
from incidents.postmortems.pictures import figures_of, line_of
from incidents.postmortems.shape import Document
from incidents.postmortems.words import QUESTIONS
from incidents.queries import postmortems as queries
from incidents.queries import with_names
from incidents.views.tabs import list_tabs
from incidents.wording import Question
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from web.forms import RecordForm
from web.lists import RecordList
from web.views import SeeOther, attachment, visible_or_404

GET_POST = ["GET", "HEAD", "POST"]


class Step(NamedTuple):
    """A step of the state table: its question, form and action."""

    question: Question
    form: type[RecordForm]
    act: Callable[..., Any]
    permission: Permission = Permission.INCIDENT_EDIT


STEPS: dict[str, Step] = {
    "submit": Step(
        Question(
            gettext_lazy("Send to review"),
            gettext_lazy(
                "Freezes the document as it stands below. Somebody who took no part in the "
                "incident reads and publishes it."
            ),
        ),
        ConfirmForm,
        actions.submit_postmortem,
    ),
    "take_back": Step(
        Question(gettext_lazy("Take back"), gettext_lazy("You go on writing before it is read.")),
        ConfirmForm,
        actions.take_back_postmortem,
    ),
    "publish": Step(
        Question(
            gettext_lazy("Publish"),
            gettext_lazy(
                "Says that you took no part, that data, impact and causes are complete, and that "
                "this document stands. Answers to the subcategories of its learnings become stale."
            ),
        ),
        PublishForm,
        actions.publish_postmortem,
        Permission.INCIDENT_REVIEW,
    ),
    "return": Step(
        Question(gettext_lazy("Return"), gettext_lazy("The author goes on with your reason.")),
        ReturnForm,
        actions.return_postmortem,
        Permission.INCIDENT_REVIEW,
    ),
    "revise": Step(
        Question(
            gettext_lazy("Write a further version"),
            gettext_lazy("What was published stays; the further version is reviewed again."),
        ),
        ReturnForm,
        actions.revise_postmortem,
    ),
    "waive": Step(
        Question(
            gettext_lazy("Write none"),
            gettext_lazy("Only for incidents that are not severe; your reason stays on record."),
        ),
        ReturnForm,
        actions.waive_postmortem,
    ),
    "write": Step(
        Question(gettext_lazy("Write one after all"), gettext_lazy("The draft is open again.")),
        ConfirmForm,
        actions.write_postmortem,
    ),
}


class PostmortemList(RecordList):
    """All postmortems, narrowed and exported."""

    table_class = PostmortemTable
    filterset_class = PostmortemFilter
    title = gettext_lazy("Postmortems")
    template_name = "incidents/list.html"

    def queryset(self) -> QuerySet[Any]:
        """What the reader may see, newest first."""
        return queries.postmortems(self.request.user)

    def context(self) -> dict[str, Any]:
        """The lists beside it."""
        return {"tabs": list_tabs("incidents:postmortem-list")}


@require_http_methods(GET_POST)
def postmortem_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as the record writes it, and the four questions that are left."""
    incident = _incident(request, pk)
    if request.method != "POST":
        return _page(request, incident)
    by = cast(User, request.user)
    require_on(by, Permission.INCIDENT_EDIT, incident)
    form, base = PostmortemForm(request.POST), PostmortemForm(request.POST, prefix=SEEN)
    if not form.is_valid():
        return _refused(request, incident, form, 422)
    seen = base.sent() if base.is_valid() else {}
    try:
        saved = actions.save_postmortem(by=by, incident=incident, mine=form.sent(), base=seen)
    except Refused as refused:
        form.add_refusal(refused)
        return _refused(request, incident, form, refused.status)
    return _saved(request, incident, saved)


@require_http_methods(GET_POST)
def postmortem_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a step: asked once, with its consequence and the document beside it."""
    if verb not in STEPS:
        raise Http404
    asked, by, incident = STEPS[verb], cast(User, request.user), _incident(request, pk)
    require_on(by, asked.permission, incident)
    held = queries.postmortem_of(incident)
    if asked.permission == Permission.INCIDENT_REVIEW and not queries.may_review(by, incident):
        raise PermissionDenied(
            _("You took part in this incident. Somebody who did not has to review it.")
        )
    sent = request.POST if request.method == "POST" else None
    form = asked.form(sent, initial={"digest": held.digest if held else ""})
    if request.method == "POST" and form.is_valid():
        try:
            asked.act(by=by, incident=incident, **form.cleaned_data)
        except Refused as refused:
            if refused.status == 409:
                raise
            form.add_refusal(refused)
        else:
            return SeeOther("incidents:postmortem-detail", pk=pk)
    lacking = queries.missing(incident, held) if verb == "submit" else []
    context = {
        "incident": incident,
        "postmortem": held,
        "form": form,
        "question": asked.question,
        "missing": lacking,
        **_document(incident, held),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "incidents/postmortem_step.html", context, status=status)


@require_POST
def learning_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a learning."""
    incident, by = _incident(request, pk), cast(User, request.user)
    require_on(by, Permission.INCIDENT_EDIT, incident)
    form = LearningForm(request.POST, incident=incident)
    if form.is_valid():
        try:
            actions.add_learning(
                by=by,
                incident=incident,
                factor=form.cleaned_data["factor"],
                text=form.cleaned_data["text"],
                subcategories=form.keys(),
            )
        except Refused as refused:
            if refused.status == 409:
                raise
            form.add_refusal(refused)
        else:
            return SeeOther(reverse("incidents:postmortem-detail", args=[pk]) + "#learnings")
    return _page(request, incident, learning=form, status=422)


@require_POST
def learning_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a learning back."""
    found: Learning = visible_or_404(
        Learning.objects.select_related("incident__unit"), request.user, pk=pk
    )
    actions.remove_learning(by=cast(User, request.user), learning=found)
    url = reverse("incidents:postmortem-detail", args=[found.incident_id])
    return SeeOther(f"{url}#learnings")


@require_safe
def postmortem_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The document as Markdown or JSON: as frozen when it is, else as the record stands."""
    if kind not in ("md", "json"):
        raise Http404
    incident = _incident(request, pk)
    held = queries.postmortem_of(incident)
    document, digest = queries.shown_document(incident, held), held.digest if held else ""
    name = f"{incident.reference}-postmortem.{kind}"
    if kind == "json":
        return attachment(canonical(document), media_type="application/json", name=name)
    text = as_markdown(document, digest if queries.is_frozen(held) else "")
    return attachment(text.encode(), media_type="text/markdown; charset=utf-8", name=name)


def _page(
    request: HttpRequest,
    incident: Incident,
    form: PostmortemForm | None = None,
    learning: LearningForm | None = None,
    status: int = 200,
) -> HttpResponse:
    by = cast(User, request.user)
    held = queries.postmortem_of(incident)
    may_edit = can(by, Permission.INCIDENT_EDIT, incident.unit_id)
    writable = may_edit and (held is None or held.state == Postmortem.State.DRAFT)
    stored = held.answers if held else {}
    in_review = held is not None and held.state == Postmortem.State.IN_REVIEW
    context = {
        "incident": incident,
        "postmortem": held,
        "tabs": wording.tabs(incident, "postmortem"),
        "may_edit": may_edit,
        "writable": writable,
        "may_review": in_review and queries.may_review(by, incident),
        "form": form or PostmortemForm(initial=stored),
        "base": PostmortemForm(initial=stored, prefix=SEEN),
        "learning": learning or LearningForm(incident=incident),
        "learnings": queries.learnings_of(incident),
        "missing": queries.missing(incident, held) if writable else [],
        "published": queries.published_of(held),
        "depth": Postmortem.Depth(queries.depth_for(incident)),
        **_document(incident, held),
    }
    if writable:
        context["answered"] = []
    return render(request, "incidents/postmortem_detail.html", context, status=status)


def _document(incident: Incident, held: Postmortem | None) -> dict[str, Any]:
    document: Document = queries.shown_document(incident, held)
    return {
        "document": document,
        "frozen": queries.is_frozen(held),
        "digest": sha256_hex(canonical(document)),
        "line": line_of(document),
        "figures": figures_of(document),
        "answered": [
            (label, document["answers"][name])
            for name, (label, _help) in QUESTIONS.items()
            if document["answers"][name].strip()
        ],
    }


def _refused(
    request: HttpRequest, incident: Incident, form: PostmortemForm, status: int
) -> HttpResponse:
    if request.headers.get("HX-Request"):
        context = {"errors": [str(e) for named in form.errors.values() for e in named]}
        return render(request, "incidents/parts/postmortem_refused.html", context, status=status)
    return _page(request, incident, form, status=status)


def _saved(request: HttpRequest, incident: Incident, saved: actions.Saved) -> HttpResponse:
    status = 409 if saved.clashes else 200
    answers = saved.postmortem.answers
    context = {
        "incident": incident,
        "saved": saved,
        "values": json.dumps({name: answers[name] for name in answers if name in request.POST}),
        "clashed": " ".join(clash.name for clash in saved.clashes),
        "clashes": [(QUESTIONS[clash.name][0], clash) for clash in saved.clashes],
        "seen": SEEN,
    }
    if request.headers.get("HX-Request"):
        template = "incidents/parts/postmortem_saved.html"
        return render(request, template, context, status=status)
    if saved.clashes:
        return render(request, "incidents/postmortem_conflict.html", context, status=status)
    if request.POST.get("go") == "next":
        return SeeOther("incidents:postmortem-step", pk=incident.pk, verb="submit")
    messages.success(request, _("Saved.") if saved.changed else _("No changes."))
    return SeeOther("incidents:postmortem-detail", pk=incident.pk)


def _incident(request: HttpRequest, pk: int) -> Incident:
    found: Incident = visible_or_404(with_names(Incident.objects.all()), request.user, pk=pk)
    return found
