"""Models, who answers for them, and their uses in systems."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from ledger.errors import Refused
from models_registry.actions.models import add_use, edit_model, edit_use, remove_use
from models_registry.models import Model, ModelUse
from tests.builders.deployments import deployment
from tests.builders.models_registry import new_system, new_version, system, version


def use_of(world):
    return version(world).model.uses.get(system=system(world))


def test_a_model_gets_a_determination_with_its_reason(world):
    model = version(world).model
    with pytest.raises(Refused) as caught:
        edit_model(
            by=world.officer,
            model=model,
            base={"determination": "undetermined"},
            values={"determination": "model"},
        )
    assert caught.value.field == "determination_reason"
    values = {"determination": "model", "determination_reason": "It estimates a default rate."}
    base = {"determination": "undetermined", "determination_reason": ""}
    edit_model(by=world.officer, model=model, base=base, values=values)
    assert Model.objects.get(pk=model.pk).determination == "model"


def test_the_validator_is_not_the_developer(world):
    model = version(world).model
    with pytest.raises(Refused, match="cannot validate it") as caught:
        edit_model(
            by=world.engineer,
            model=model,
            base={"developer": None, "validator": None},
            values={"developer": world.engineer, "validator": world.engineer},
        )
    assert caught.value.field == "validator"


def test_people_of_a_model_have_a_role_in_its_unit(world):
    model = version(world).model
    with pytest.raises(Refused) as caught:
        edit_model(by=world.engineer, model=model, base={}, values={"approver": world.stranger})
    assert caught.value.field == "approver"


def test_the_page_of_a_model_is_edited_with_a_merge(world):
    model, client = version(world).model, world.client(world.engineer)
    data = {
        "name": model.name, "initial-name": model.name, "model_type": "ml",
        "initial-model_type": "ml", "determination": "undetermined",
        "initial-determination": "undetermined", "owner": model.owner_id,
        "initial-owner": model.owner_id, "vendor": "Acme", "validator": world.owner.pk,
    }  # fmt: skip
    edit_model(
        by=world.owner, model=model, base={"description": ""}, values={"description": "Theirs."}
    )
    assert client.post(f"{model.get_absolute_url()}edit/", data).status_code == 303
    page = client.get(model.get_absolute_url()).content.decode()
    for words in ("Acme", "Theirs.", world.owner.name, system(world).name):
        assert words in page
    clash = client.post(f"{model.get_absolute_url()}edit/", {**data, "description": "Mine."})
    assert clash.status_code == 409


def test_a_use_has_a_tier_of_its_own_or_that_of_the_system(world):
    use = use_of(world)
    assert use.effective_tier is None
    with pytest.raises(Refused) as caught:
        edit_use(by=world.engineer, use=use, base={"tier": None}, values={"tier": 1})
    assert caught.value.field == "tier_reason"
    values = {"tier": 1, "tier_reason": "Decides here.", "limits": "Not for minors."}
    base = {"tier": None, "tier_reason": "", "limits": ""}
    edit_use(by=world.engineer, use=use, base=base, values=values)
    page = world.client(world.auditor).get(system(world).get_absolute_url()).content.decode()
    assert "Not for minors." in page
    assert ModelUse.objects.get(pk=use.pk).effective_tier == 1


def test_the_page_of_a_use_is_edited_with_a_merge(world):
    use, client = use_of(world), world.client(world.engineer)
    address = reverse("models_registry:use-edit", kwargs={"pk": use.pk})
    edit_use(by=world.owner, use=use, base={"limits": ""}, values={"limits": "Not for minors."})
    assert client.post(address, {"purpose": "Scores applications."}).status_code == 303
    stored = ModelUse.objects.get(pk=use.pk)
    assert (stored.purpose, stored.limits) == ("Scores applications.", "Not for minors.")
    clash = client.post(address, {"purpose": "Scores applications.", "limits": "Not for firms."})
    assert clash.status_code == 409
    assert "Not for minors." in clash.text
    assert "Not for firms." in clash.text


def test_a_use_is_added_once_and_removed_with_a_reason(world):
    other, model = new_system(world, "Other"), version(world).model
    client = world.client(world.engineer)
    add = f"{other.get_absolute_url()}uses/add/"
    sent = client.post(add, {"model": model.pk, "limits": "Trial only."})
    assert sent.status_code == 303
    with pytest.raises(Refused, match="already"):
        add_use(by=world.engineer, system=other, model=model)
    remove = f"{sent['Location']}remove/"
    assert client.post(remove, {"reason": ""}).status_code == 422
    assert client.post(remove, {"reason": "Replaced."})["Location"] == other.get_absolute_url()
    assert not other.uses.exists()
    page = client.get(other.get_absolute_url()).content.decode()
    assert "Use of a model removed" in page


def test_a_use_stays_while_its_model_serves_the_system(world):
    made = deployment(world)
    use = made.model_version.model.uses.get(system=system(world))
    with pytest.raises(Refused, match="End its deployment first"):
        remove_use(by=world.engineer, use=use, reason="Replaced.")
    assert ModelUse.objects.filter(pk=use.pk).exists()


def test_who_may_not_edit_changes_neither(world):
    use = use_of(world)
    for write in (
        lambda: edit_model(by=world.auditor, model=use.model, base={}, values={}),
        lambda: edit_use(by=world.auditor, use=use, base={}, values={}),
        lambda: remove_use(by=world.stranger, use=use, reason="R"),
        lambda: add_use(by=world.approver, system=use.system, model=use.model),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_the_api_changes_a_model_and_its_uses_with_if_match(world):
    api, use = world.api(world.engineer), use_of(world)
    to = f"/api/v1/models/{use.model_id}/"
    assert api.patch(to, {"vendor": "Acme"}, format="json").status_code == 428
    tag = {"If-Match": api.get(to)["ETag"]}
    sent = api.patch(to, {"vendor": "Acme", "slug": "x"}, format="json", headers=tag)
    assert (sent.data["vendor"], sent.data["slug"]) == ("Acme", use.model.slug)
    same = {"developer": world.owner.pk, "validator": world.owner.pk}
    refused = api.patch(to, same, format="json", headers={"If-Match": sent["ETag"]})
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    other = new_system(world, "Other")
    made = api.post("/api/v1/uses/", {"system": other.pk, "model": use.model_id}, format="json")
    assert made.status_code == 201
    at = f"/api/v1/uses/{made.data['id']}/"
    limited = api.patch(
        at, {"limits": "None", "system": 1}, format="json", headers={"If-Match": made["ETag"]}
    )
    assert (limited.data["limits"], limited.data["system"]) == ("None", other.pk)
    gone = api.post(
        f"{at}remove/", {"reason": "R"}, format="json", headers={"If-Match": limited["ETag"]}
    )
    assert gone.status_code == 204


def test_the_list_of_models_asks_no_more_with_many_rows(world, django_assert_max_num_queries):
    client = world.client(world.engineer)
    for number in range(10):
        new_version(world, "1", card=f"# M{number}\n\nA card.".encode())
    client.get("/systems/models/")
    with django_assert_max_num_queries(12) as few:
        client.get("/systems/models/")
    for number in range(10, 40):
        new_version(world, "1", card=f"# M{number}\n\nA card.".encode())
    with django_assert_max_num_queries(12) as many:
        page = client.get("/systems/models/").content.decode()
    assert "of 40" in page
    assert len(many) <= len(few)
