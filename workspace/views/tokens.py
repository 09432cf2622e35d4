"""My account and my API tokens."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions import create_token, revoke_token
from accounts.permissions import Permission
from accounts.queries import can_anywhere, memberships_of, tokens_of
from ledger.errors import Refused
from web.views import SeeOther
from workspace.forms import TokenForm


def settings(request: HttpRequest) -> HttpResponse:
    """Who I am here: my roles and my tokens."""
    user = request.user
    context = {
        "memberships": list(memberships_of(user)),  # type: ignore[arg-type]
        "tokens": list(tokens_of(user, timezone.now())),  # type: ignore[arg-type]
        "may_manage": can_anywhere(user, Permission.MEMBER_MANAGE),
        "secret": request.session.pop("new_token", None),
    }
    return render(request, "workspace/settings.html", context)


def token_create(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret is shown once, on the next page."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = create_token(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refused:
            form.add_refusal(refused)
        else:
            request.session["new_token"] = secret
            return SeeOther("workspace:settings")
    return render(request, "workspace/token_create.html", {"form": form})


@require_POST
def token_revoke(request: HttpRequest, key: str) -> HttpResponse:
    """End one of my tokens."""
    token = tokens_of(request.user, timezone.now()).filter(token_key=key).first()  # type: ignore[arg-type]
    if token is None:
        raise Http404
    revoke_token(by=request.user, token=token)  # type: ignore[arg-type]
    messages.success(request, _("The token “%s” no longer works.") % token.name)
    return SeeOther("workspace:settings")
