"""API tokens: hashed, limited to scopes, with an end."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import ApiToken

_TOUCH_AFTER = dt.timedelta(minutes=1)


class ScopedTokenAuthentication(TokenAuthentication):
    """``Authorization: Token …``; the user holds no permission outside the token's scopes."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, ApiToken]:
        try:
            token.decode("ascii")
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(
                _("The token holds characters that no token has.")
            ) from error
        user, found = super().authenticate_credentials(token)
        user.token_scopes = frozenset(found.scopes)
        now = timezone.now()
        if found.last_used_at is None or now - found.last_used_at > _TOUCH_AFTER:
            ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
        return user, found

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        if auth_token.expiry is not None and auth_token.expiry <= timezone.now():
            raise AuthenticationFailed(
                _("This token expired on %(date)s. Make a new one under Settings, API tokens.")
                % {"date": auth_token.expiry.date().isoformat()}
            )
        return False


class ScopedTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the tokens."""

    target_class = "web.authentication.ScopedTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Token <secret>",
        }
