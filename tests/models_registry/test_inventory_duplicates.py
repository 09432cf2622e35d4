"""Two records of one system."""

import pytest
from django.core.exceptions import PermissionDenied

from ledger.errors import Refused
from models_registry.actions import mark_duplicate, unmark_duplicate
from models_registry.models import AISystem
from tests.builders.models_registry import new_system, system


def marked(world):
    kept, other = system(world), new_system(world, "Loan decisions, consumer")
    mark_duplicate(by=world.engineer, system=other, of=kept, reason="Same tool, named twice.")
    return kept, other


def test_both_pages_point_to_each_other_and_the_list_can_leave_duplicates_out(world):
    kept, other = marked(world)
    client = world.client(world.engineer)
    assert other.name in client.get(kept.get_absolute_url()).content.decode()
    page = client.get(other.get_absolute_url()).content.decode()
    assert "marked as a duplicate" in page
    assert kept.reference in page
    assert other.name not in client.get("/systems/?duplicate=no").content.decode()
    assert other.name in client.get("/systems/?duplicate=yes").content.decode()


def test_a_chain_and_a_circle_are_refused(world):
    kept, other = marked(world)
    third = new_system(world, "Third")
    with pytest.raises(Refused, match=r"itself\. Name the system that is kept"):
        mark_duplicate(by=world.engineer, system=third, of=other, reason="Same.")
    with pytest.raises(Refused, match="Name the system that is kept"):
        mark_duplicate(by=world.engineer, system=kept, of=other, reason="Same.")
    with pytest.raises(Refused, match="Take those marks away"):
        mark_duplicate(by=world.engineer, system=kept, of=third, reason="Same.")
    with pytest.raises(Refused, match="duplicate of itself"):
        mark_duplicate(by=world.engineer, system=third, of=third, reason="Same.")


def test_the_mark_can_be_taken_away_with_a_reason(world):
    _kept, other = marked(world)
    with pytest.raises(Refused):
        unmark_duplicate(by=world.engineer, system=other, reason=" ")
    to = f"{other.get_absolute_url()}duplicate/"
    client = world.client(world.engineer)
    assert "Not a duplicate after all" in client.get(to).content.decode()
    assert client.post(to, {"reason": "They differ."}).status_code == 303
    assert AISystem.objects.get(pk=other.pk).duplicate_of is None


def test_the_page_takes_the_number_and_knows_only_visible_systems(world):
    made = system(world)
    hidden = new_system(world, "Hidden", by=world.stranger, unit=world.elsewhere)
    other = new_system(world, "Decisions on consumer loans")
    client, to = world.client(world.engineer), f"{other.get_absolute_url()}duplicate/"
    assert made.reference in client.get(to).content.decode()
    for number in (hidden.reference, "SYS-9999", "x", "²"):
        sent = client.post(to, {"of": number, "reason": "Same."})
        assert sent.status_code == 422
        assert "no system of that number" in sent.content.decode()
    sent = client.post(to, {"of": made.reference.lower(), "reason": "Same."})
    assert sent.status_code == 303
    assert AISystem.objects.get(pk=other.pk).duplicate_of == made


def test_who_may_not_edit_cannot_mark(world):
    with pytest.raises(PermissionDenied):
        mark_duplicate(
            by=world.auditor, system=system(world), of=new_system(world, "B"), reason="Same."
        )


def test_the_api_warns_of_similar_systems_and_marks_and_unmarks(world):
    made, api = system(world), world.api(world.engineer)
    sent = api.post(
        "/api/v1/systems/",
        {
            "unit": world.lending.pk, "name": "Decisions on consumer loans", "purpose": "P",
            "decision_role": "none", "jurisdictions": ["de"],
        },
        format="json",
    )  # fmt: skip
    assert sent.status_code == 201
    assert [row["id"] for row in sent.data["similar"]] == [made.pk]
    assert sent.data["jurisdictions"] == ["DE"]
    to = f"/api/v1/systems/{sent.data['id']}/duplicate/"
    marked = api.post(
        to, {"of": made.pk, "reason": "Same."}, format="json", headers={"If-Match": sent["ETag"]}
    )
    assert (marked.status_code, marked.data["duplicate_of"]) == (200, made.pk)
    assert [r["id"] for r in api.get("/api/v1/systems/?duplicate=true").data["results"]] == [
        sent.data["id"]
    ]
    freed = api.post(
        to, {"of": None, "reason": "No."}, format="json", headers={"If-Match": marked["ETag"]}
    )
    assert freed.data["duplicate_of"] is None
