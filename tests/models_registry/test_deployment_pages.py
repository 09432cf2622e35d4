"""Deployments over pages without JavaScript, and over the API."""

import pytest
from django.urls import reverse

from jobs.testing import run_all
from models_registry.actions import move_version
from models_registry.models import Deployment
from models_registry.queries.deployments import way_back
from tests.builders.deployments import approved_version, deployment, in_production, shadow

API = "/api/v1/deployments/"


def url(name, **kwargs):
    return reverse(f"models_registry:deployment-{name}", kwargs=kwargs)


def text(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_an_engineer_deploys_checks_and_rolls_back_by_pages(world):
    client = world.client(world.engineer)
    in_production(world, "3.0")
    version = approved_version(world, "3.1")
    page = text(client, f"{version.get_absolute_url()}?tab=serving")
    assert url("start", pk=version.pk) in page
    sent = client.post(
        url("start", pk=version.pk),
        {"environment": "prod-eu", "stage": "production", "share": "100", "reason": "Better."},
    )
    assert sent.status_code == 303
    made = Deployment.objects.get(model_version=version)
    assert sent["Location"] == made.get_absolute_url()
    assert "served here before" in text(client, made.get_absolute_url())
    asked = client.post(url("check", pk=made.pk), {"target": way_back(made).pk})
    assert asked.status_code == 303
    assert 'class="job"' in text(client, made.get_absolute_url())
    run_all()
    page = text(client, made.get_absolute_url())
    assert "Verified" in page
    assert "equal to their SHA-256: 1" in page
    move = url("move", pk=made.pk, verb="roll_back")
    assert "was checked" in text(client, move)
    refused = client.post(move, {"target": way_back(made).pk, "reason": ""})
    assert refused.status_code == 422
    gone = client.post(move, {"target": way_back(made).pk, "reason": "Scores drift."})
    assert gone.status_code == 303
    page = text(client, gone["Location"])
    assert "Lantern credit scoring 3.0" in page
    assert "the deployment before" in page
    assert "Rolled back" in text(client, f"{version.get_absolute_url()}?tab=serving")


def test_an_unverified_way_back_is_refused_in_words_and_forced_with_a_tick(world):
    client, made = world.client(world.engineer), deployment(world)
    move = url("move", pk=made.pk, verb="roll_back")
    data = {"target": way_back(made).pk, "reason": "Scores drift."}
    refused = client.post(move, data)
    assert refused.status_code == 422
    assert "Check it first, or roll back without the check" in refused.content.decode()
    assert client.post(move, {**data, "force": "on"}).status_code == 303


def test_promotion_and_retirement_by_pages(world):
    client, made = world.client(world.engineer), shadow(world)
    sent = client.post(url("move", pk=made.pk, verb="promote"), {"share": "5"})
    assert sent.status_code == 303
    canary = Deployment.objects.get(stage="canary")
    assert canary.share == 5
    ended = client.post(url("move", pk=canary.pk, verb="retire"), {"reason": "Too slow."})
    assert ended.status_code == 303
    assert canary.reloaded().ending == "retired"
    page = text(client, canary.get_absolute_url())
    assert "Retire deployment" not in page
    history = url("history", pk=made.model_version.model_id, environment="prod-eu")
    page = text(client, history)
    assert "<svg" in page
    assert "Retired" in page
    assert client.get(url("move", pk=canary.pk, verb="delete")).status_code == 404
    nowhere = url("history", pk=made.model_version.model_id, environment="nowhere")
    assert client.get(nowhere).status_code == 404


def test_a_system_page_says_what_serves_now(world):
    made = deployment(world)
    system = made.model_version.model.uses.get().system
    page = text(world.client(world.engineer), system.get_absolute_url())
    assert "What serves now" in page
    assert made.get_absolute_url() in page


def test_a_version_that_serves_although_suspended_is_told(world):
    made = deployment(world)
    move_version(by=world.approver, version=made.model_version, verb="suspend", reason="A leak.")
    page = text(world.client(world.engineer), made.get_absolute_url())
    assert "serves although its state is now" in page
    start = url("start", pk=made.model_version_id)
    data = {"environment": "prod-us", "stage": "production", "share": "100"}
    refused = world.client(world.engineer).post(start, data)
    assert refused.status_code == 422
    assert "may not serve" in refused.content.decode()


def test_the_api_walks_the_same_way_with_if_match(world):
    api = world.api(world.engineer)
    in_production(world, "3.0")
    version = approved_version(world, "3.1")
    sent = {"model_version": version.pk, "environment": "prod-eu", "stage": "canary", "share": 5}
    made = api.post(API, sent)
    assert made.status_code == 201, made.content
    one = f"{API}{made.data['id']}/"
    assert api.post(f"{one}promote/", {}).status_code == 428
    stale = api.post(f"{one}promote/", {}, headers={"If-Match": '"0-0"'})
    assert stale.status_code == 412
    last = api.post(f"{one}promote/", {"reason": "Fine."}, headers={"If-Match": made["ETag"]})
    assert (last.status_code, last.data["stage"]) == (201, "production")
    one, tag = f"{API}{last.data['id']}/", {"If-Match": last["ETag"]}
    target = way_back(Deployment.objects.get(pk=last.data["id"])).pk
    unverified = api.post(f"{one}roll-back/", {"reason": "Drift."}, headers=tag)
    assert unverified.status_code == 409
    assert "not verified" in unverified.json()["detail"]
    assert api.get(f"{one}way-back/").status_code == 404
    assert api.post(f"{one}check/", {"target": target}, headers=tag).status_code == 202
    run_all()
    found = api.get(f"{one}way-back/").json()
    assert (found["target"], found["verified"], found["holds"]) == (target, True, True)
    back = api.post(f"{one}roll-back/", {"reason": "Drift."}, headers=tag)
    assert (back.status_code, back.data["model_version"]) == (201, target)


def test_the_api_takes_the_digest_of_the_runtime_and_the_page_shows_a_mismatch(world):
    api, made = world.api(world.engineer), deployment(world)
    one = f"{API}{made.pk}/"
    tag = {"If-Match": api.get(one)["ETag"]}
    bad = api.post(f"{one}report/", {"digest": "xyz"}, headers=tag)
    assert bad.status_code == 422
    told = api.post(f"{one}report/", {"digest": "0" * 64}, headers=tag)
    assert (told.status_code, told.data["reported_is"]) == (200, "other")
    page = text(world.client(world.auditor), made.get_absolute_url())
    assert "Not what was registered" in page


@pytest.mark.parametrize("who", ["officer", "auditor"])
def test_who_may_only_read_is_offered_no_step_and_gets_403(world, who):
    made = deployment(world)
    client = world.client(getattr(world, who))
    page = text(client, made.get_absolute_url())
    assert "Roll back</a>" not in page
    assert "Check the way back" not in page
    api = world.api(getattr(world, who))
    tag = {"If-Match": api.get(f"{API}{made.pk}/")["ETag"]}
    answer = api.post(f"{API}{made.pk}/retire/", {"reason": "x"}, headers=tag)
    assert answer.status_code == 403
