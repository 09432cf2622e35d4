"""Datasheets over the API."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.errors import Refused
from models_registry.actions.datasheets import import_datasheet, write_datasheet
from models_registry.api.fields import person
from models_registry.cards.croissant import MEDIA_TYPE, THEMES
from models_registry.cards.decode import MAX_BYTES
from models_registry.models import DatasetVersion, Datasheet
from models_registry.queries.datasheets import datasheet_export
from vault.queries import read_bytes
from web.api import RecordViewSet, VisibleField, require_match
from web.problems import problem
from web.views import attachment

LONGEST = 50_000


class ThemesSerializer(serializers.Serializer[Any]):
    """The seven themes; one that is not sent is left alone."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        options: dict[str, Any] = {"max_length": LONGEST, "allow_blank": True, "required": False}
        return {key: serializers.CharField(**options) for key in THEMES}


class DatasheetSerializer(serializers.ModelSerializer[Datasheet]):
    """A revision of a datasheet; ``report`` says what an import kept without a theme."""

    themes = ThemesSerializer()

    class Meta:
        model = Datasheet
        fields = (
            "id", "dataset", "number", "themes", "file_name", "report", "written_by", "version",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields


class DatasheetStart(serializers.Serializer[Any]):
    """The first datasheet of a table."""

    dataset = VisibleField(DatasetVersion)
    themes = ThemesSerializer()


class DatasheetChange(serializers.Serializer[Any]):
    """Themes that change."""

    themes = ThemesSerializer()


class DatasheetUpload(serializers.Serializer[Any]):
    """A Croissant file as multipart."""

    dataset = VisibleField(DatasetVersion)
    file = serializers.FileField(allow_empty_file=True)


class DatasheetViewSet(RecordViewSet):
    """Revisions of datasheets, which never change: an edit is the next one."""

    queryset = Datasheet.objects.select_related("dataset__unit", "dataset__file", "original")
    serializer_class = DatasheetSerializer
    filterset_fields = ("dataset", "number")

    def get_parsers(self) -> list[Any]:
        if getattr(self, "action_map", None) and self.action_map.get("post") == "import_file":
            return [MultiPartParser()]
        return super().get_parsers()

    @extend_schema(request=DatasheetStart, responses={201: DatasheetSerializer})
    def create(self, request: Request) -> Response:
        """Write the first datasheet of a table; 409 where a theme is written already."""
        sent = DatasheetStart(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return self._write(request, sent.validated_data["dataset"], {}, sent.validated_data)

    @extend_schema(request=DatasheetChange, responses=DatasheetSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Make the next revision from changed themes; ``If-Match`` names the one that was read.

        What others wrote since is kept, theme by theme; 409 with both texts where both changed
        the same theme.
        """
        sheet = self.get_object()
        require_match(request, sheet)
        sent = DatasheetChange(data=request.data)
        sent.is_valid(raise_exception=True)
        return self._write(request, sheet.dataset, sheet.themes, sent.validated_data)

    @extend_schema(request=DatasheetUpload, responses={201: DatasheetSerializer})
    @route(detail=False, methods=["post"], url_path="import", url_name="import-file")
    def import_file(self, request: Request) -> Response:
        """Read a Croissant file as the next datasheet of a table; its bytes are kept."""
        sent = DatasheetUpload(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        upload = sent.validated_data["file"]
        made = import_datasheet(
            by=person(request),
            dataset=sent.validated_data["dataset"],
            data=upload.read(MAX_BYTES + 1),
            file_name=upload.name,
        )
        return self.created(made)

    @extend_schema(responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY})
    @route(detail=True, methods=["get"])
    def original(self, request: Request, pk: str) -> HttpResponse:
        """The Croissant file as imported; 404 for a datasheet that was written here."""
        sheet = self.get_object()
        if sheet.original is None:
            raise Http404
        data = read_bytes(sheet.original.digest)
        return attachment(data, media_type=MEDIA_TYPE, name=sheet.file_name)

    @extend_schema(
        parameters=[OpenApiParameter("report", bool, description="The loss report as JSON.")],
        responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    @route(detail=True, methods=["get"])
    def export(self, request: Request, pk: str) -> HttpResponse:
        """As a Croissant file; the ``Link`` header leads to the loss report."""
        made = datasheet_export(self.get_object())
        if request.query_params.get("report", "") in ("1", "true"):
            return Response(
                [{"theme": x.field, "why": str(x.why), "lost": x.lost} for x in made.losses]
            )
        file = attachment(made.data, media_type=made.media_type, name=made.file_name)
        address = request.build_absolute_uri("?report=1")
        file["Link"] = f'<{address}>; rel="describedby"; type="application/json"'
        return file

    def _write(
        self, request: Request, dataset: DatasetVersion, seen: Any, sent: dict[str, Any]
    ) -> Response:
        themes = dict(sent["themes"])
        base = {key: seen.get(key, "") for key in themes}
        merge = write_datasheet(by=person(request), dataset=dataset, base=base, themes=themes)
        if not merge.clashes:
            newest = self.get_queryset().filter(dataset=dataset).first()
            if newest is None:
                raise Refused(_("Write at least one theme."), code="empty", field="themes")
            return self.created(newest) if merge.changed else self.shown(newest)
        clashes = [
            {"theme": c.name, "base": c.base, "mine": c.mine, "theirs": c.theirs}
            for c in merge.clashes
        ]
        said = _("Somebody else changed the same themes. Nothing is saved; read them again.")
        return problem(409, said, kind="clash", clashes=clashes)
