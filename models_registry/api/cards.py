"""Cards over the API."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from models_registry import queries
from models_registry.actions.card_steps import move_card
from models_registry.api.fields import StepSerializer, person
from models_registry.models import CardRevision
from models_registry.queries.card_editing import card_diff, other_revision
from models_registry.queries.card_exports import card_file, card_losses
from vault.queries import read_bytes
from web.api import RecordViewSet, require_match
from web.views import attachment


class CardSerializer(serializers.ModelSerializer[CardRevision]):
    """A card revision; its content is under ``content``, its bytes under ``original``."""

    class Meta:
        model = CardRevision
        fields = (
            "id", "model_version", "number", "file_name", "format", "media_type", "digest",
            "completeness", "state", "base", "change_note", "reviewed_by", "imported_by", "version",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields


class CardViewSet(RecordViewSet):
    """Card revisions, whose content never changes."""

    queryset = CardRevision.objects.defer("parsed", "extra", "report")
    serializer_class = CardSerializer
    filterset_fields = ("model_version", "format", "digest")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @route(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> Response:
        """The merged record, what has no field, and the import report."""
        return Response(queries.card_export(self.get_object()))

    @extend_schema(request=StepSerializer)
    @route(detail=True, methods=["post"])
    def step(self, request: Request, pk: str) -> Response:
        """Review, publish, send back or unpublish; ``If-Match`` is required."""
        card = CardRevision.objects.select_related("model_version__model__unit").get(
            pk=self.get_object().pk
        )
        require_match(request, card)
        sent = StepSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.shown(move_card(by=person(request), card=card, **sent.validated_data))

    @extend_schema(
        parameters=[OpenApiParameter("to", int, description="Number of the other revision.")],
        responses=OpenApiTypes.OBJECT,
    )
    @route(detail=True, methods=["get"])
    def diff(self, request: Request, pk: str) -> Response:
        """What changed word by word, against the revision before or the one in ``to``."""
        card = self.get_object()
        other = other_revision(card, request.query_params.get("to", ""))
        fields = card_diff(other, card) if other else []
        return Response(
            {
                "revision": card.number,
                "against": other.number if other else None,
                "changed": [
                    {"field": field.label, "pieces": [vars(piece) for piece in field.pieces]}
                    for field in fields
                    if field.pieces
                ],
                "same": [field.label for field in fields if not field.pieces],
            }
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("to", str, description="Format to export to."),
            OpenApiParameter("report", bool, description="What the format cannot hold, as JSON."),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @route(detail=True, methods=["get"])
    def export(self, request: Request, pk: str) -> HttpResponse:
        """The card in the format ``to``; the ``Link`` header leads to the loss report.

        ``pdf`` has the report only: the file is printed by a job, asked for under ``reports``.
        """
        card, target = self.get_object(), request.query_params.get("to", "")
        if request.query_params.get("report", "") in ("1", "true"):
            return Response(
                [
                    {"field": loss.field, "why": str(loss.why), "lost": loss.lost}
                    for loss in card_losses(card, target)
                ]
            )
        made = card_file(card, target)
        file = attachment(made.data, media_type=made.media_type, name=made.file_name)
        address = request.build_absolute_uri() + "&report=1"
        file["Link"] = f'<{address}>; rel="describedby"; type="application/json"'
        return file

    @extend_schema(responses={(200, "text/markdown"): OpenApiTypes.BINARY})
    @route(detail=True, methods=["get"])
    def original(self, request: Request, pk: str) -> HttpResponse:
        """The bytes as imported."""
        card = self.get_object()
        return attachment(read_bytes(card.digest), media_type=card.media_type, name=card.file_name)
