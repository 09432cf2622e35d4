"""What every API request meets: tokens, JSON, problem details."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import create_token
from accounts.models import ApiToken
from tests.world import World

SCHEMA = "/api/schema/?format=json"


def with_token(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def test_an_expired_token_says_so_and_what_to_do(world: World) -> None:
    token, secret = create_token(by=world.engineer, name="old", scopes=["record.view"])
    ApiToken.objects.filter(pk=token.pk).update(expiry=timezone.now() - dt.timedelta(days=1))
    response = with_token(secret).get(SCHEMA)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert "expired" in response.json()["detail"]
    assert "Settings" in response.json()["detail"]


@pytest.mark.parametrize("secret", ["", "wrong", "ü", "a b", "0" * 5000])
def test_a_wrong_token_is_refused(world: World, secret: str) -> None:
    client = APIClient()
    response = client.get(SCHEMA, headers={"Authorization": f"Token {secret}"})
    assert response.status_code == 401


def test_a_token_of_a_deactivated_person_is_refused(world: World) -> None:
    _token, secret = create_token(by=world.engineer, name="ci", scopes=["record.view"])
    type(world.engineer)._base_manager.filter(pk=world.engineer.pk).update(is_active=False)
    assert with_token(secret).get(SCHEMA).status_code == 401


def test_using_a_token_is_noted(world: World) -> None:
    token, secret = create_token(by=world.engineer, name="ci", scopes=["record.view"])
    with_token(secret).get(SCHEMA)
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_a_token_opens_no_page(world: World) -> None:
    _token, secret = create_token(by=world.engineer, name="ci", scopes=["record.view"])
    assert with_token(secret).get("/settings/").status_code == 302


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": NaN}',
        b"\xff\xfe",
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b"[" * 1000 + b"]" * 1000,
        b'{"name": ' + b"[" * 100_000,
    ],
)
def test_json_that_nobody_should_send_is_a_400(world: World, body: bytes) -> None:
    api = world.api(world.engineer)
    response = api.post("/api/v1/systems/", data=body, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_json_over_two_megabytes_is_a_413(world: World) -> None:
    body = b'{"name": "' + b"a" * (2 * 1024 * 1024) + b'"}'
    api = world.api(world.engineer)
    response = api.post("/api/v1/systems/", data=body, content_type="application/json")
    assert response.status_code == 413


def test_the_schema_is_openapi_3_1(world: World) -> None:
    schema = world.api(world.engineer).get(SCHEMA).json()
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/systems/" in schema["paths"]


def test_the_api_page_shows_every_operation_of_the_schema(world: World) -> None:
    schema = world.api(world.engineer).get(SCHEMA).json()
    client = world.client(world.engineer)
    areas = re.findall(r'href="\?area=([^"#]+)', client.get("/api/docs/").content.decode())
    pages = "".join(client.get(f"/api/docs/?area={area}").content.decode() for area in areas)
    operations = [
        f"{method.upper()} {path}"
        for path, item in schema["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    ]
    assert operations
    assert [operation for operation in operations if operation not in pages] == []
    assert client.get("/api/docs/?area=nothing").status_code == 404
