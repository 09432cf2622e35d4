"""Tokens, people and roles by page."""

import re

from accounts.models import ApiToken, Membership, User
from accounts.permissions import Permission
from accounts.queries import can
from tests.world import PASSWORD, World


def test_a_person_logs_in_with_address_and_password(world: World) -> None:
    client = world.client()
    response = client.post(
        "/account/login/", {"login": "engineer@acme.example", "password": PASSWORD}
    )
    assert response.status_code == 302
    assert client.get("/settings/").status_code == 200


def test_a_wrong_password_does_not_say_whether_the_address_exists(world: World) -> None:
    def answer(address: str) -> str:
        page = world.client().post("/account/login/", {"login": address, "password": "wrong-1234"})
        text = re.sub(r'value="[^"]*"', "", page.content.decode())
        return re.sub(r'"X-CSRFToken": "[^"]*"', "", text)

    assert answer("engineer@acme.example") == answer("nobody@acme.example")


def test_the_service_account_cannot_log_in(world: World) -> None:
    client = world.client()
    for password in ("", "!never", "never"):
        client.post("/account/login/", {"login": "service@assay.invalid", "password": password})
    assert client.get("/settings/").status_code == 302


def test_a_new_token_is_shown_once(world: World) -> None:
    client = world.client(world.engineer)
    client.post("/settings/tokens/add/", {"name": "CI", "days": "90", "scopes": ["check.run"]})
    token = ApiToken.objects.get(user=world.engineer)
    first = client.get("/settings/").content.decode()
    secret = re.search(r'<code class="digest">([^<]+)</code>', first)
    assert secret is not None
    assert secret[1].startswith(token.token_key[:6])
    assert secret[1] not in client.get("/settings/").content.decode()


def test_a_revoked_token_is_gone(world: World) -> None:
    client = world.client(world.engineer)
    client.post("/settings/tokens/add/", {"name": "CI", "days": "90", "scopes": ["check.run"]})
    key = ApiToken.objects.get(user=world.engineer).token_key
    assert world.client(world.stranger).post(f"/settings/tokens/{key}/revoke/").status_code == 404
    client.post(f"/settings/tokens/{key}/revoke/")
    assert not ApiToken.objects.filter(user=world.engineer).exists()


def test_an_administrator_adds_a_person_and_grants_a_role(world: World) -> None:
    client = world.client(world.administrator)
    client.post(
        "/settings/people/add/",
        {"name": "Noor", "email": "noor@acme.example", "password": "quiet-harbour-77"},
    )
    noor = User.objects.get(email="noor@acme.example")
    data = {"user": noor.pk, "unit": world.lending.pk, "role": "engineer", "until": ""}
    assert client.post("/settings/people/grant/", data).status_code == 303
    assert can(noor, Permission.CHECK_RUN, world.lending)


def test_an_auditor_without_an_end_is_refused_with_a_sentence(world: World) -> None:
    client = world.client(world.administrator)
    data = {"user": world.engineer.pk, "unit": world.lending.pk, "role": "auditor", "until": ""}
    page = client.post("/settings/people/grant/", data)
    assert page.status_code == 200
    assert "needs a date on which it ends" in page.content.decode()


def test_a_role_cannot_be_granted_in_a_unit_of_others(world: World) -> None:
    client = world.client(world.administrator)
    data = {"user": world.engineer.pk, "unit": world.elsewhere.pk, "role": "engineer"}
    assert client.post("/settings/people/grant/", data).status_code == 200
    assert not Membership.objects.filter(user=world.engineer, unit=world.elsewhere).exists()


def test_ending_a_role_asks_why(world: World) -> None:
    membership = Membership.objects.get(user=world.engineer)
    client = world.client(world.administrator)
    assert client.post(f"/settings/people/{membership.pk}/end/", {}).status_code == 200
    assert can(world.engineer, Permission.CHECK_RUN, world.lending)
    client.post(f"/settings/people/{membership.pk}/end/", {"reason": "left the team"})
    assert not can(world.engineer, Permission.CHECK_RUN, world.lending)
