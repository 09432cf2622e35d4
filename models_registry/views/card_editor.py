"""The editor of a card: a draft that saves itself, its preview, and the revision it becomes."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import require
from accounts.permissions import Permission
from ledger.errors import Refused
from models_registry.actions.card_editing import (
    DraftSaved,
    discard_draft,
    make_revision,
    rebased,
    save_draft,
    start_card,
)
from models_registry.forms.cards import PREFIX, SEEN, CardTextsForm, RevisionForm
from models_registry.models import ModelVersion
from models_registry.queries.card_editing import Editor, draft_diff, editor, meter
from models_registry.views.asking import form_page, person_of
from web.views import SeeOther, visible_or_404

EDITOR = "models_registry:card-edit"


@require_http_methods(["GET", "HEAD", "POST"])
def card_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor, and every save of its draft."""
    version = version_for_writing(request, pk)
    found = editor(version)
    if found is None or not version.is_draft:
        return _closed(request, version)
    if request.method != "POST":
        return _page(request, version, found)
    form, base = _forms(request, found)
    if not form.is_valid() or not base.is_valid():
        return _refused(request, version, found, form, 422)
    try:
        saved = save_draft(
            by=person_of(request), version=version, base=base.sent(), values=form.sent()
        )
    except Refused as refused:
        form.add_refusal(refused)
        return _refused(request, version, found, form, refused.status)
    return _saved(request, version, found, saved)


@require_POST
def card_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The texts as typed, rendered; nothing is saved."""
    version = version_for_writing(request, pk)
    found = editor(version)
    if found is None or not version.is_draft:
        return _closed(request, version)
    form, _base = _forms(request, found)
    form.is_valid()
    texts = {**found.values, **form.sent()}
    preview = [(slot.labels, texts[key]) for key, slot in found.slots.items() if texts[key].strip()]
    if request.headers.get("HX-Request"):
        context = {"preview": preview}
        return render(request, "models_registry/parts/card_preview.html", context)
    return _page(request, version, found, form, preview=preview)


@require_http_methods(["GET", "HEAD", "POST"])
def card_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the draft changes, ask for a line about it, make the revision."""
    version = version_for_writing(request, pk)
    found = editor(version)
    if found is None or not version.is_draft:
        return _closed(request, version)
    form = RevisionForm(request.POST or None)
    keep = frozenset(request.POST.getlist("keep"))
    if form.is_bound and form.is_valid():
        try:
            made = make_revision(
                by=person_of(request), version=version, keep=keep, **form.cleaned_data
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if made.revision:
                said = _("Revision %(number)s is saved.") % {"number": made.revision.number}
                messages.success(request, said)
                return SeeOther(made.revision)
    clashes = rebased(found.draft, found.latest, keep).clashes if found.draft else ()
    context: dict[str, Any] = {
        "version": version,
        "editor": found,
        "fields": [field for field in draft_diff(found) if field.pieces],
        "clashes": [(found.slots[c.name], c) for c in clashes if c.name in found.slots],
    }
    response = form_page(request, "models_registry/card_revise.html", form, **context)
    response.status_code = 409 if form.is_bound and clashes else response.status_code
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def card_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the consequence, then forget the draft."""
    version = version_for_writing(request, pk)
    found = editor(version)
    if found is None or not version.is_draft:
        return _closed(request, version)
    if request.method == "POST":
        discard_draft(by=person_of(request), version=version)
        messages.success(request, _("The draft is discarded."))
        return SeeOther(found.latest)
    context = {
        "version": version,
        "editor": found,
        "fields": [field for field in draft_diff(found) if field.pieces],
    }
    return render(request, "models_registry/card_discard.html", context)


@require_POST
def card_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the card of a version that has none."""
    version = version_for_writing(request, pk)
    try:
        start_card(by=person_of(request), version=version)
    except Refused as refused:
        messages.error(request, refused.message)
        return SeeOther(version)
    return SeeOther(EDITOR, pk=version.pk)


def version_for_writing(request: HttpRequest, pk: int) -> ModelVersion:
    """The visible version, if the person may change it."""
    user = person_of(request)
    found = ModelVersion.objects.select_related("model__unit")
    version: ModelVersion = visible_or_404(found, user, pk=pk)
    require(user, Permission.VERSION_REGISTER, version.model.unit_id)
    return version


def _forms(request: HttpRequest, found: Editor) -> tuple[CardTextsForm, CardTextsForm]:
    return (
        CardTextsForm(request.POST, slots=found.slots, prefix=PREFIX),
        CardTextsForm(request.POST, slots=found.slots, prefix=SEEN),
    )


def _closed(request: HttpRequest, version: ModelVersion) -> HttpResponse:
    """There is nothing to edit: the version is frozen, or it has no card."""
    status = 200 if version.is_draft and request.method != "POST" else 409
    context = {"version": version}
    return render(request, "models_registry/card_closed.html", context, status=status)


def _page(
    request: HttpRequest,
    version: ModelVersion,
    found: Editor,
    form: CardTextsForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    seen = CardTextsForm(slots=found.slots, prefix=SEEN, initial=found.values)
    if form is not None:
        seen = CardTextsForm(request.POST, slots=found.slots, prefix=SEEN)
    form = form or CardTextsForm(slots=found.slots, prefix=PREFIX, initial=found.values)
    rows = [(slot, form[key], seen[key]) for key, slot in found.slots.items()]
    context = {
        "version": version,
        "editor": found,
        "form": form,
        "core": [row for row in rows if row[0].is_core],
        "others": [row for row in rows if not row[0].is_core],
        "meter": found.meter,
        **more,
    }
    return render(request, "models_registry/card_edit.html", context, status=status)


def _refused(
    request: HttpRequest, version: ModelVersion, found: Editor, form: CardTextsForm, status: int
) -> HttpResponse:
    """Say why nothing was saved; what was typed stays in the form."""
    if request.headers.get("HX-Request"):
        context = {"errors": [str(e) for named in form.errors.values() for e in named]}
        template = "models_registry/parts/card_refused.html"
        return render(request, template, context, status=status)
    return _page(request, version, found, form, status)


def _saved(
    request: HttpRequest, version: ModelVersion, found: Editor, saved: DraftSaved
) -> HttpResponse:
    status = 409 if saved.clashes else 200
    sent = [key for key in saved.texts if f"{PREFIX}-{key}" in request.POST]
    context = {
        "version": version,
        "saved": saved,
        "values": json.dumps({f"{PREFIX}-{key}": saved.texts[key] for key in sent}),
        "clashes": [(found.slots[clash.name], clash) for clash in saved.clashes],
        "clashed": " ".join(f"{PREFIX}-{clash.name}" for clash in saved.clashes),
        "prefix": PREFIX,
        "seen": SEEN,
    }
    if request.headers.get("HX-Request"):
        context["meter"] = meter(saved.draft.base, saved.draft.fields)
        template = "models_registry/parts/card_saved.html"
        return render(request, template, context, status=status)
    if saved.clashes:
        return render(request, "models_registry/card_conflict.html", context, status=status)
    if request.POST.get("go") == "next":
        return SeeOther("models_registry:card-revise", pk=version.pk)
    at = saved.draft.updated_at
    said = _("Draft saved %(time)s UTC.") % {"time": f"{at:%H:%M:%S}"} if at else _("No changes.")
    messages.success(request, said if saved.changed else _("No changes."))
    return SeeOther(EDITOR, pk=version.pk)
