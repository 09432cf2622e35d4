"""Another matrix than the standard one, and what it does to risks that are rated already."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from governance.risks.actions import edit_risk, register_risk, set_matrix
from governance.risks.models import RATINGS, Risk, standard_matrix
from governance.risks.queries import heat, matrix_for, risks
from ledger.errors import Refused
from tests.builders.risks import RATED, THREE, accepted_risk, matrix, risk

ANEW = {**dict.fromkeys(RATINGS), "inherent_likelihood": 3, "inherent_impact": 3}


def stored(world) -> Risk:
    return risks(world.auditor).get()


def test_the_standard_bands_rise_with_the_product_and_cover_every_field():
    level = standard_matrix().level
    assert {level(y, x) for y in range(1, 6) for x in range(1, 6)} == {
        "low", "medium", "high", "critical",
    }  # fmt: skip
    assert [level(1, 4), level(1, 5), level(2, 5), level(3, 5)] == [
        "low", "medium", "high", "critical",
    ]  # fmt: skip
    assert level(None, None) == ""


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"impacts": ["Small"]}, "impacts"),
        ({"impacts": ["Small", " small "]}, "impacts"),
        ({"likelihoods": "Rare, Often"}, "likelihoods"),
        ({"high_from": 2}, "critical_from"),
        ({"critical_from": 10}, "critical_from"),
    ],
)
def test_a_matrix_that_says_nothing_clear_is_refused(world, values, field):
    with pytest.raises(Refused) as refused:
        set_matrix(by=world.officer, unit=world.lending, reason="R", values={**THREE, **values})
    assert refused.value.field == field


def test_only_officers_set_a_matrix_and_only_with_a_reason(world):
    for who in (world.owner, world.approver, world.administrator):
        with pytest.raises(PermissionDenied):
            set_matrix(by=who, unit=world.lending, reason="R", values=THREE)
    with pytest.raises(Refused):
        set_matrix(by=world.officer, unit=world.lending, reason=" ", values=THREE)


def test_the_nearest_unit_above_says_how_risks_are_rated(world):
    assert matrix_for(world.lending) is None
    company = matrix(world, unit=world.acme)
    assert matrix_for(world.lending) == company
    own = matrix(world)
    assert matrix_for(world.lending) == own
    assert matrix_for(world.acme) == company
    assert matrix_for(world.elsewhere) is None


def test_a_rating_keeps_its_meaning_until_the_risk_is_rated_anew(world):
    risk(world)
    accepted_risk(world)
    new = matrix(world)
    assert (stored(world).band_name, stored(world).standing) == ("critical", "accepted")
    edit_risk(by=world.owner, risk=stored(world), title="Other words")
    assert stored(world).matrix is None
    with pytest.raises(Refused):  # the old impact says nothing in the new matrix
        edit_risk(by=world.owner, risk=stored(world), matrix=new, inherent_likelihood=3)
    edit_risk(by=world.owner, risk=stored(world), matrix=new, **ANEW)
    assert (stored(world).band_name, stored(world).standing) == ("critical", "expired")
    edit_risk(by=world.owner, risk=stored(world), residual_likelihood=2, residual_impact=2)
    assert (stored(world).band_name, stored(world).band) == ("medium", "medium")
    with pytest.raises(Refused) as refused:
        edit_risk(by=world.owner, risk=stored(world), inherent_impact=4)
    assert refused.value.field == "inherent_impact"


def test_a_matrix_that_is_not_in_force_rates_nothing(world):
    old = matrix(world)
    matrix(world)
    with pytest.raises(Refused):
        edit_risk(by=world.owner, risk=risk(world, inherent_likelihood=3, inherent_impact=3),
                  matrix=old, **ANEW)  # fmt: skip


def test_there_is_one_heat_map_for_each_matrix_that_rates_something(world):
    risk(world)
    new = matrix(world)
    given = {"title": "B", "description": "C", "inherent_likelihood": 3, "inherent_impact": 1}
    register_risk(by=world.officer, unit=world.lending, **given)
    maps = heat(risks(world.auditor))
    assert [(m.matrix.pk, len(m.cells), sum(c.count for c in m.cells)) for m in maps] == [
        (new.pk, 9, 1), (None, 25, 1),
    ]  # fmt: skip
    page = world.client(world.auditor).get(reverse("risks:risk-list"))
    assert f"?likelihood=3&amp;impact=1&amp;matrix={new.pk}" in page.content.decode()


def test_a_form_that_showed_another_matrix_is_not_taken(world):
    page, url = world.client(world.officer), reverse("risks:risk-register")
    sent = {
        "unit": world.lending.pk, "title": "A", "description": "B", "strategy": "reduce",
        "owner": world.owner.pk, "inherent_likelihood": 2, "inherent_impact": 2, "matrix": "0",
    }  # fmt: skip
    new = matrix(world)
    assert page.post(url, sent).status_code == 422
    assert page.post(url, {**sent, "matrix": new.pk}).status_code == 303
    assert Risk.objects.get().matrix == new


def test_the_page_offers_to_rate_by_the_matrix_of_now(world):
    risk(world)
    matrix(world)
    page, made = world.client(world.owner), stored(world)
    assert "Another matrix (3 × 3)" in page.get(made.get_absolute_url()).content.decode()
    url = reverse("risks:risk-edit", args=[made.pk]) + "?anew=1"
    sent = {
        "title": "A", "description": "B", "strategy": "reduce", "owner": world.owner.pk,
        **{name: value or "" for name, value in ANEW.items()}, "version": made.version,
    }  # fmt: skip
    assert page.post(url, sent).status_code == 303
    assert stored(world).scale.size == "3 × 3"


def test_the_api_sets_a_matrix_and_rates_by_it(world):
    made, api = risk(world), world.api(world.officer)
    sent = {**THREE, "unit": world.lending.pk, "reason": "Ours."}
    new = api.post(reverse("api:risk-matrix-list"), sent, format="json")
    assert (new.status_code, new.json()["impacts"]) == (201, THREE["impacts"])
    old = matrix(world)
    new = api.post(reverse("api:risk-matrix-list"), sent, format="json")
    given = {"unit": world.lending.pk, "title": "A", "description": "B", "matrix": old.pk,
             "inherent_likelihood": 1, "inherent_impact": 1}  # fmt: skip
    assert api.post(reverse("api:risk-list"), given, format="json").status_code == 400
    url = reverse("api:risk-detail", args=[made.pk])
    tag = {"If-Match": api.get(url)["ETag"]}
    changed = api.patch(url, {**ANEW, "matrix": new.json()["id"]}, format="json", headers=tag)
    assert (changed.status_code, changed.json()["band"]) == (200, "critical")
    assert RATED["inherent_impact"] == 4
