"""Small pieces that every page uses."""

from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url

M = TypeVar("M", bound=Model)


def visible_or_404(queryset: QuerySet[M], user: Any, **lookup: Any) -> M:
    """The one record of ``queryset`` that ``user`` may see. Raises ``Http404``."""
    visible: QuerySet[M] = queryset.visible_to(user)  # type: ignore[attr-defined]
    try:
        return visible.get(**lookup)
    except (ObjectDoesNotExist, ValueError, OverflowError) as error:
        raise Http404 from error


class SeeOther(HttpResponseRedirect):
    """303: the write is done, look there."""

    status_code = 303

    def __init__(self, to: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(resolve_url(to, *args, **kwargs))


def attachment(content: bytes, *, media_type: str, name: str) -> HttpResponse:
    """A download that no browser shows or runs."""
    response = HttpResponse(content, content_type=media_type)
    safe = "".join(c if c.isalnum() or c in "._-" else "-" for c in name)[:120] or "file"
    response["Content-Disposition"] = (
        f'attachment; filename="{safe.encode("ascii", "replace").decode().replace("?", "-")}"'
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})
