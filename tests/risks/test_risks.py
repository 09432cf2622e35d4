"""The risk register."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.actions import create_user, grant_role
from accounts.roles import Role
from governance.risks.actions import (
    accept_risk,
    close_risk,
    edit_risk,
    finish_treatment,
    register_risk,
)
from governance.risks.models import Acceptance, Risk
from governance.risks.queries import heat, risks
from incidents.actions import declare_incident
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.models_registry import system
from tests.builders.risks import RATED, accepted_risk, risk, treatment


def standing(world) -> str:
    return risks(world.auditor).get().standing


def words(response) -> str:
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


def test_a_risk_holds_its_links_and_leaves_an_event(world):
    made = risk(world)
    assert made.subcategories == ["MEASURE 2.11"]
    assert made.band == "critical"
    event = Event.objects.get(subject=made.key)
    assert event.action == "governance.risk.registered"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"subcategories": ["MEASURE 9.9"]}, "subcategories"),
        ({"subcategories": ["nonsense"]}, "subcategories"),
        ({"harms": ["boredom"]}, "harms"),
        ({"inherent_impact": 6}, "inherent_impact"),
    ],
)
def test_what_the_register_does_not_know_is_refused(world, values, field):
    with pytest.raises(Refused) as refused:
        risk(world, **values)
    assert refused.value.field == field
    assert not Risk.objects.exists()


def test_owners_and_systems_of_other_units_are_refused(world):
    with pytest.raises(Refused):
        risk(world, owner=world.stranger)
    given = {"title": "A", "description": "B", "owner": world.stranger, **RATED}
    with pytest.raises(Refused):
        register_risk(by=world.stranger, unit=world.elsewhere, **given, system=system(world))
    with pytest.raises(PermissionDenied):
        register_risk(by=world.engineer, unit=world.lending, **given)


def test_a_rating_is_whole_or_missing(world):
    with pytest.raises(Refused):
        edit_risk(by=world.officer, risk=risk(world), residual_likelihood=2)


def test_neither_the_owner_nor_who_registered_it_accepts_a_risk(world):
    day = timezone.localdate() + dt.timedelta(days=30)
    edit_risk(by=world.officer, risk=risk(world), owner=world.approver)
    for who in (world.approver, world.officer, world.owner, world.administrator):
        with pytest.raises(PermissionDenied):
            accept_risk(by=who, risk=risk(world), reason="Mine.", expires_on=day)
    assert not Acceptance.objects.exists()


def test_whoever_rated_a_risk_since_it_was_accepted_does_not_accept_it(world):
    """Somebody who is officer and approver lowers a rating, then takes it: two persons' work."""
    both, day = world.approver, timezone.localdate() + dt.timedelta(days=30)
    grant_role(by=world.service, user=both, unit=world.lending, role=Role.COMPLIANCE_OFFICER)
    edit_risk(by=both, risk=risk(world), title="Only other words")
    accepted_risk(world)
    edit_risk(by=both, risk=risk(world), residual_likelihood=1, residual_impact=1)
    edit_risk(by=world.owner, risk=risk(world), owner=world.officer)
    with pytest.raises(PermissionDenied):
        accept_risk(by=both, risk=risk(world), reason="Low now.", expires_on=day)
    assert "Accept as it is" not in words(world.client(both).get(risk(world).get_absolute_url()))
    other = create_user(by=world.service, email="second@acme.example", name="Second")
    grant_role(by=world.service, user=other, unit=world.lending, role=Role.APPROVER)
    assert accept_risk(by=other, risk=risk(world), reason="Seen.", expires_on=day)
    assert accept_risk(by=both, risk=risk(world), reason="Renewed.", expires_on=day)


@pytest.mark.parametrize("days", [0, 367])
def test_an_acceptance_ends_within_a_year(world, days):
    with pytest.raises(Refused):
        accepted_risk(world, days=days)


def test_an_acceptance_lapses_when_it_expires_or_the_rating_changes(world):
    risk(world)
    assert standing(world) == "open"
    accepted_risk(world)
    assert standing(world) == "accepted"
    edit_risk(by=world.officer, risk=risk(world), residual_likelihood=5, residual_impact=4)
    assert standing(world) == "expired"
    edit_risk(by=world.officer, risk=risk(world), residual_likelihood=4, residual_impact=4)
    assert standing(world) == "accepted"
    past = timezone.localdate() - dt.timedelta(days=1)
    QuerySet(Acceptance).update(expires_on=past)
    assert standing(world) == "expired"


def test_a_closed_risk_is_changed_by_nobody(world):
    close_risk(by=world.officer, risk=risk(world), reason="The system is retired.")
    with pytest.raises(Refused):
        edit_risk(by=world.officer, risk=risk(world), title="Other")
    with pytest.raises(Refused):
        accepted_risk(world)


def test_a_measure_is_done_by_its_owner_and_by_no_other_engineer(world):
    made = treatment(world)
    with pytest.raises(PermissionDenied):
        finish_treatment(by=world.auditor, treatment=made)
    assert finish_treatment(by=world.engineer, treatment=made).done_on
    assert risks(world.auditor).get().measures_left == 0


def test_the_heat_map_counts_open_risks_where_they_are_now(world):
    edit_risk(by=world.officer, risk=risk(world), residual_likelihood=2, residual_impact=3)
    (shown,) = heat(risks(world.auditor))
    cells = {(c.likelihood, c.impact): c.count for c in shown.cells}
    assert len(cells) == 25
    assert cells[2, 3] == sum(cells.values()) == 1
    (empty,) = heat(risks(world.stranger))
    assert sum(c.count for c in empty.cells) == 0


def test_a_private_incident_is_not_told_by_the_risk_that_it_showed(world):
    incident = declare_incident(
        by=world.officer,
        system=system(world),
        what="Leak of salaries",
        severity="sev2",
        severity_reason="People are harmed.",
        private=True,
    )
    made = risk(world, incident=incident)
    url = made.get_absolute_url()
    assert "Leak of salaries" in words(world.client(world.officer).get(url))
    said = words(world.client(world.engineer).get(url))
    assert "Leak of salaries" not in said
    assert "Incident" not in said.partition("Rating")[2].partition("Unit")[0]
    api = reverse("api:risk-detail", args=[made.pk])
    assert world.api(world.officer).get(api).json()["seen_incident"] == incident.pk
    assert world.api(world.engineer).get(api).json()["seen_incident"] is None


def test_two_people_do_not_overwrite_each_other(world):
    made, page = risk(world), world.client(world.officer)
    url = reverse("risks:risk-edit", args=[made.pk])
    sent = {
        "title": "Mine", "description": "B", "strategy": "reduce", "owner": world.owner.pk,
        **RATED, "version": made.version,
    }  # fmt: skip
    edit_risk(by=world.owner, risk=made, title="Hers")
    assert page.post(url, sent).status_code == 422
    assert Risk.objects.get().title == "Hers"
    assert page.post(url, {**sent, "version": made.version + 1}).status_code == 303


def test_the_api_registers_changes_and_accepts(world):
    api = world.api(world.officer)
    sent = {"unit": world.lending.pk, "title": "A", "description": "B", **RATED}
    made = api.post(reverse("api:risk-list"), sent, format="json")
    assert made.status_code == 201
    url = reverse("api:risk-detail", args=[made.json()["id"]])
    tag = {"If-Match": made["ETag"]}
    changed = api.patch(url, {"title": "C"}, format="json", headers=tag)
    assert (changed.status_code, changed.json()["title"]) == (200, "C")
    assert api.patch(url, {"title": "D"}, format="json", headers=tag).status_code == 412
    day = str(timezone.localdate() + dt.timedelta(days=30))
    tag = {"If-Match": changed["ETag"]}
    wanted = {"reason": "For now.", "expires_on": day}
    taken = world.api(world.approver).post(url + "accept/", wanted, format="json", headers=tag)
    assert taken.json()["standing"] == "accepted"


def test_the_list_takes_the_same_queries_for_two_risks_and_for_forty(
    world, django_assert_max_num_queries
):
    page = world.client(world.auditor)
    page.get(reverse("risks:risk-list"))
    for count in (2, 38):
        for number in range(count):
            given = {"title": f"Risk {number}", "description": "B", **RATED}
            register_risk(by=world.officer, unit=world.lending, **given)
        with django_assert_max_num_queries(14):
            page.get(reverse("risks:risk-list"))


def test_the_list_is_exported_without_formulas(world):
    risk(world, title="=1+1")
    csv = world.client(world.auditor).get(reverse("risks:risk-list") + "?format=csv")
    assert "'=1+1" in b"".join(csv.streaming_content).decode()


def test_risks_are_found_by_their_subcategory_and_never_by_a_part_of_it(world):
    risk(world)
    page, url = world.client(world.auditor), reverse("risks:risk-list")
    assert "Younger applicants" in words(page.get(url, {"subcategory": "MEASURE 2.11"}))
    assert "Younger applicants" not in words(page.get(url, {"subcategory": "MEASURE 2.1"}))
    assert "Younger applicants" in words(page.get(url, {"likelihood": "4", "impact": "4"}))


def test_measures_are_added_and_done_over_the_api(world):
    api, day = world.api(world.officer), str(timezone.localdate() + dt.timedelta(days=30))
    sent = {"risk": risk(world).pk, "title": "Retrain", "owner": world.engineer.pk}
    made = api.post(reverse("api:risk-measure-list"), {**sent, "due_date": day}, format="json")
    assert made.status_code == 201
    url, tag = f"/api/v1/risk-measures/{made.json()['id']}/done/", {"If-Match": made["ETag"]}
    assert world.api(world.auditor).post(url, headers=tag).status_code == 403
    done = world.api(world.engineer).post(url, headers=tag)
    assert done.json()["done_on"] == str(timezone.localdate())
    assert api.post(url, headers=tag).status_code == 412


def test_risks_are_found_by_their_harm(world):
    risk(world)
    page, url = world.client(world.auditor), reverse("risks:risk-list")
    assert "Younger applicants" in words(page.get(url, {"harm": "unfairness"}))
    assert "Younger applicants" not in words(page.get(url, {"harm": "privacy"}))
