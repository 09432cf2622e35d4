"""The fixed characters of the tests, made by the real actions."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import create_token, create_unit, create_user, grant_role
from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.roles import Role

PASSWORD = "plain-river-stone-42"


@dataclass
class World:
    """Acme Bank (``acme``) with its unit ``lending``, and another company, ``elsewhere``.

    Everybody works in lending, the administrator in all of Acme. The stranger holds every role,
    but elsewhere.
    """

    acme: Unit
    lending: Unit
    elsewhere: Unit
    service: User
    administrator: User
    engineer: User
    owner: User
    officer: User
    approver: User
    auditor: User
    stranger: User
    made: dict[str, Any] = field(default_factory=dict)
    # What need not be built, since a copy of it can be put into the database.
    kept: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def client(self, user: User | None = None) -> Client:
        """A browser without JavaScript, logged in as ``user``."""
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def api(self, user: User, scopes: list[str] | None = None) -> APIClient:
        """A program with a token of ``user``, of full scope unless ``scopes`` are given."""
        _token, secret = create_token(
            by=user, name="test", scopes=scopes or [p.value for p in Permission]
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        return client

    def persona(self, name: str) -> User | None:
        """A character by name; ``anonymous`` is nobody."""
        return None if name == "anonymous" else getattr(self, name)

    def once(self, name: str, make: Any) -> Any:
        """What ``make`` builds, built or copied once for this world."""
        if name not in self.made:
            self.made[name] = self.kept.get(name, make)()
        return self.made[name]


PERSONAS = (
    "anonymous",
    "stranger",
    "engineer",
    "owner",
    "officer",
    "approver",
    "auditor",
    "administrator",
)

_ROLES = {
    "engineer": Role.ENGINEER,
    "owner": Role.MODEL_OWNER,
    "officer": Role.COMPLIANCE_OFFICER,
    "approver": Role.APPROVER,
    "auditor": Role.AUDITOR,
}


def build_world() -> World:
    """Make the characters and their units."""
    service = User.objects.service()
    acme = create_unit(by=service, name="Acme Bank")
    lending = create_unit(by=service, name="Consumer lending", parent=acme)
    elsewhere = create_unit(by=service, name="Elsewhere Ltd")
    end = timezone.now() + dt.timedelta(days=90)

    def person(name: str) -> User:
        return create_user(
            by=service, email=f"{name}@acme.example", name=name.title(), password=PASSWORD
        )

    people = {name: person(name) for name in (*_ROLES, "administrator", "stranger")}
    grant_role(by=service, user=people["administrator"], unit=acme, role=Role.ADMINISTRATOR)
    for name, role in _ROLES.items():
        grant_role(by=service, user=people[name], unit=lending, role=role, until=end)
    for role in Role:
        grant_role(by=service, user=people["stranger"], unit=elsewhere, role=role, until=end)
    return World(acme=acme, lending=lending, elsewhere=elsewhere, service=service, **people)
