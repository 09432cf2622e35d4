"""API errors as problem details (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from ledger.errors import Refused

_TITLES = {
    400: _("The request cannot be read"),
    401: _("Log in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    409: _("Conflict"),
    412: _("Changed meanwhile"),
    413: _("Too large"),
    415: _("Unsupported media type"),
    422: _("Refused"),
    428: _("Precondition required"),
    429: _("Too many requests"),
}


class PreconditionRequired(exceptions.APIException):
    """428: a write must say which version it is based on."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("Send If-Match with the ETag that you read, so that nobody's work is lost.")
    default_code = "precondition-required"


class PreconditionFailed(exceptions.APIException):
    """412: the record changed since it was read."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _("The record changed since you read it. Read it again, then write.")
    default_code = "precondition-failed"


def problem(code: int, detail: str, *, kind: str = "", **extra: Any) -> Response:
    """A response of type application/problem+json."""
    body = {
        "type": f"urn:assay:problem:{kind}" if kind else "about:blank",
        "title": _TITLES.get(code, _("Error")),
        "status": code,
        "detail": detail,
        **extra,
    }
    return Response(body, status=code, content_type="application/problem+json")


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every known error becomes a problem detail."""
    if isinstance(error, Refused):
        extra = {"field": error.field} if error.field else {}
        code = 412 if error.code == "stale" else error.status
        return problem(code, error.message, kind=error.code, **extra)
    if isinstance(error, PermissionDenied) and error.args:
        return problem(403, str(error), kind="permission_denied")
    if isinstance(error, Http404):
        return problem(404, _("There is nothing here that you may see."), kind="not_found")
    response = exception_handler(error, context)
    if response is None:
        return None
    return _translated(error, response)


def _translated(error: Exception, response: Response) -> Response:
    headers = {k: v for k, v in response.items() if k.lower() in {"www-authenticate", "allow"}}
    if isinstance(error, exceptions.ValidationError):
        made = problem(400, _("Some fields need attention."), kind="invalid", errors=response.data)
    else:
        detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
        kind = getattr(detail, "code", "")
        made = problem(response.status_code, str(detail), kind=str(kind))
    for name, value in headers.items():
        made[name] = value
    return made
