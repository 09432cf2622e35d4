"""Editing the card of a version over the API: the texts, the draft, the revision it becomes."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import require
from accounts.permissions import Permission
from ledger.errors import Refused
from ledger.merge import Merge
from models_registry.actions.card_editing import (
    DraftSaved,
    discard_draft,
    make_revision,
    save_draft,
    start_card,
)
from models_registry.api.cards import CardSerializer
from models_registry.api.fields import person
from models_registry.cards.editing import LONGEST, Slot
from models_registry.models import ModelVersion
from models_registry.queries.card_editing import Editor, editor
from web.api import RecordViewSet, require_match, sent_tags, tagged
from web.problems import PreconditionFailed, problem

Texts = dict[str, str]


class SlotSerializer(serializers.Serializer[Any]):
    """One text of the card; ``stored`` is what the revision says, ``text`` has the draft's edit."""

    key = serializers.CharField()
    labels = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField(allow_blank=True)
    stored = serializers.CharField(allow_blank=True)
    core = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True)
    more = serializers.IntegerField()


class CardTextsSerializer(serializers.Serializer[Any]):
    """The texts of a card with the edits of its draft. ``latest`` is the newest revision,
    ``revision`` the one on which the draft stands."""

    model_version = serializers.IntegerField()
    editable = serializers.BooleanField()
    revision = serializers.IntegerField()
    latest = serializers.IntegerField()
    edited_by = serializers.IntegerField(allow_null=True)
    edited_at = serializers.DateTimeField(allow_null=True)
    filled = serializers.IntegerField()
    core = serializers.IntegerField()
    texts = SlotSerializer(many=True)


def _texts(**options: Any) -> serializers.DictField:
    text = serializers.CharField(max_length=LONGEST, allow_blank=True, trim_whitespace=False)
    return serializers.DictField(child=text, **options)


class CardTextsChange(serializers.Serializer[Any]):
    """Changed texts by key, and in ``base`` the texts that they were based on."""

    texts = _texts()
    base = _texts(required=False)


class RevisionToMake(serializers.Serializer[Any]):
    """A line about the change; ``keep`` names texts where the draft wins over a newer revision."""

    change_note = serializers.CharField(max_length=300)
    keep = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, default=list, max_length=100
    )


class CardEditing(RecordViewSet):
    """The part of the versions' API that edits cards."""

    @extend_schema(responses=CardTextsSerializer, filters=False)
    @route(detail=True, methods=["get"], url_path="card-texts", pagination_class=None)
    def card_texts(self, request: Request, pk: str) -> Response:
        """The texts of the card as they stand; the ETag is what a change sends as If-Match."""
        version, found = self._editor(request)
        return _shown(version, found)

    @extend_schema(request=CardTextsChange, responses=CardTextsSerializer)
    @card_texts.mapping.patch
    def change_card_texts(self, request: Request, pk: str) -> Response:
        """Save texts into the draft; ``If-Match`` is required.

        When the card changed since, 412; unless ``base`` is sent: then it is merged text by text,
        and a text that both changed gives 409 with both.
        """
        version, found = self._editor(request)
        tags = sent_tags(request)
        sent = CardTextsChange(data=request.data)
        sent.is_valid(raise_exception=True)
        base: Texts | None = sent.validated_data.get("base")
        if base is None and _tag(version, found) not in tags:
            raise PreconditionFailed
        saved = save_draft(
            by=person(request),
            version=version,
            base=found.values if base is None else base,
            values=sent.validated_data["texts"],
        )
        if saved.clashes and base is None:
            raise PreconditionFailed
        if saved.clashes:
            return _conflict(
                _("Somebody else changed the same texts. The others are saved."), saved
            )
        return _shown(*self._editor(request))

    @extend_schema(responses={204: None})
    @card_texts.mapping.delete
    def discard_card_texts(self, request: Request, pk: str) -> Response:
        """Forget all edits that are not a revision yet; ``If-Match`` is required."""
        version, found = self._editor(request)
        _require_match(request, version, found)
        discard_draft(by=person(request), version=version)
        return Response(status=204)

    @extend_schema(request=RevisionToMake, responses={201: CardSerializer})
    @route(detail=True, methods=["post"], url_path="card-revisions")
    def card_revisions(self, request: Request, pk: str) -> Response:
        """Make the next revision from the draft; ``If-Match`` has the ETag of the texts.

        409 with both texts where a revision that came in between changed the same ones. Ask for a
        review with the step ``ask_review`` of the revision.
        """
        version, found = self._editor(request)
        _require_match(request, version, found)
        sent = RevisionToMake(data=request.data)
        sent.is_valid(raise_exception=True)
        note, keep = sent.validated_data["change_note"], frozenset(sent.validated_data["keep"])
        made = make_revision(by=person(request), version=version, change_note=note, keep=keep)
        if made.revision is None:
            said = _("A newer revision changed the same texts. Name those to keep, or edit again.")
            return _conflict(said, made.merge)
        return tagged(Response(CardSerializer(made.revision).data, status=201), made.revision)

    @extend_schema(request=None, responses={201: CardSerializer})
    @route(detail=True, methods=["post"], url_path="card-start")
    def card_start(self, request: Request, pk: str) -> Response:
        """Give a version without a card an empty one; ``If-Match`` names the version's ETag."""
        version = self.get_object()
        require_match(request, version)
        card = start_card(by=person(request), version=version)
        return tagged(Response(CardSerializer(card).data, status=201), card)

    def _editor(self, request: Request) -> tuple[ModelVersion, Editor]:
        """The version, if the caller may change it, and its card as it stands."""
        version: ModelVersion = self.get_object()
        require(person(request), Permission.VERSION_REGISTER, version.model.unit_id)
        found = editor(version)
        if found is None:
            raise Refused(
                _("This version has no card yet. Import one, or start with an empty one."),
                code="no-card",
                status=404,
            )
        return version, found


def _tag(version: ModelVersion, found: Editor) -> str:
    """Of texts that may have no draft yet: version, newest revision, version of the draft."""
    return f'"{version.pk}-{found.latest.pk}-{found.draft.version if found.draft else 0}"'


def _require_match(request: Request, version: ModelVersion, found: Editor) -> None:
    if _tag(version, found) not in sent_tags(request):
        raise PreconditionFailed


def _shown(version: ModelVersion, found: Editor) -> Response:
    draft, meter = found.draft, found.meter
    body = {
        "model_version": version.pk,
        "editable": version.is_draft,
        "revision": found.card.pk,
        "latest": found.latest.pk,
        "edited_by": draft.edited_by_id if draft else None,
        "edited_at": draft.updated_at if draft else None,
        "filled": meter["filled"],
        "core": meter["whole"],
        "texts": [_slot(slot, found.values[key]) for key, slot in found.slots.items()],
    }
    response = Response(CardTextsSerializer(body).data)
    response["ETag"] = _tag(version, found)
    return response


def _slot(slot: Slot, text: str) -> dict[str, Any]:
    return {
        "key": slot.key,
        "labels": [str(label) for label in slot.labels],
        "text": text,
        "stored": slot.text,
        "core": slot.is_core,
        "why": " ".join(str(field.why) for field in slot.fields if field.why),
        "more": slot.more,
    }


def _conflict(said: str, found: DraftSaved | Merge) -> Response:
    """409 with both texts of each clash."""
    clashes = [
        {"key": c.name, "base": c.base, "mine": c.mine, "theirs": c.theirs} for c in found.clashes
    ]
    return problem(409, said, kind="clash", clashes=clashes)
