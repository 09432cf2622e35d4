"""The grammar of the API: visible records only, ETags, If-Match, cursor pages."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.models import Record
from web.pagination import RecordPagination
from web.problems import PreconditionFailed, PreconditionRequired


def etag(record: Record) -> str:
    """The entity tag of a record: its id and version."""
    return f'"{record.pk}-{record.version}"'


def sent_tags(request: Request) -> list[str]:
    """The tags of If-Match. Raises 428 when there are none.

    Compression on the way makes a tag weak (``W/``); it names the same version all the same.
    """
    sent = request.headers.get("If-Match")
    if not sent:
        raise PreconditionRequired
    return [tag.strip().removeprefix("W/") for tag in sent.split(",")]


def require_match(request: Request, record: Record) -> None:
    """Raise 428 when If-Match is missing and 412 when it names another version."""
    if etag(record) not in sent_tags(request):
        raise PreconditionFailed


def tagged(response: Response, record: Record) -> Response:
    """``response`` with the ETag of ``record``."""
    response["ETag"] = etag(record)
    return response


class RecordViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Lists and shows the records of ``queryset`` that the caller may see.

    A subclass sets ``queryset`` (with select_related), ``serializer_class`` and, if it likes,
    ``filterset_fields`` or ``filterset_class``. Writes are its own methods, each of one action.
    """

    queryset: QuerySet[Any]
    pagination_class = RecordPagination
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        visible: QuerySet[Any] = self.queryset.all().visible_to(self.request.user)  # type: ignore[attr-defined]
        return visible

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record = self.get_object()
        return tagged(Response(self.get_serializer(record).data), record)

    def created(self, record: Record) -> Response:
        """201 with the record and its ETag."""
        return tagged(Response(self.get_serializer(record).data, status=201), record)

    def shown(self, record: Record, status: int = 200) -> Response:
        """The record as stored now, with its ETag."""
        return tagged(Response(self.get_serializer(record).data, status=status), record)


class VisibleField(serializers.PrimaryKeyRelatedField[Any]):
    """A writable relation: only ids that the caller may see are known."""

    default_error_messages = {"does_not_exist": _("There is no such record that you may see.")}

    def __init__(self, model: type[Record], **kwargs: Any) -> None:
        self.model = model
        super().__init__(queryset=model._default_manager.all(), **kwargs)

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        manager: Any = self.model._default_manager
        return manager.none() if request is None else manager.all().visible_to(request.user)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, int) and not isinstance(data, bool) and abs(data) >= 2**63:
            self.fail("does_not_exist", pk_value=data)
        return super().to_internal_value(data)
