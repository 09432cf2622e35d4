"""The intake: questions, tier, override; jurisdictions; the EU class."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Refused
from ledger.models import Event
from models_registry.actions import answer_intake, edit_system
from models_registry.actions.intake import kept_intake
from models_registry.intake import (
    NOT_KNOWN,
    QUESTIONS,
    UnansweredQuestions,
    compute_tier,
    tiering_of,
)
from models_registry.jurisdictions import UnknownJurisdiction, from_text
from models_registry.models import AISystem
from tests.builders.models_registry import new_system, system

MILDEST = {q.key: q.choices[0].value for q in QUESTIONS}
WORST = {q.key: max(q.choices, key=lambda c: c.weight).value for q in QUESTIONS}
ANSWERS = st.fixed_dictionaries(
    {q.key: st.sampled_from([c.value for c in q.all_choices]) for q in QUESTIONS}
)


def intake_url(made):
    return f"{made.get_absolute_url()}intake/"


def test_mild_answers_give_tier_3_and_grave_ones_tier_1():
    assert compute_tier(MILDEST).tier == 3
    assert compute_tier(MILDEST).drivers == ()
    worst = compute_tier(WORST)
    assert worst.tier == 1
    assert len(worst.drivers) == len(QUESTIONS)


def test_what_is_not_known_counts_as_the_worst():
    unknown = compute_tier(dict.fromkeys(MILDEST, NOT_KNOWN))
    worst = compute_tier(WORST)
    assert (unknown.tier, unknown.exposure) == (worst.tier, worst.exposure)


@given(answers=ANSWERS, question=st.sampled_from(QUESTIONS), data=st.data())
def test_a_worse_answer_never_lowers_the_scrutiny(answers, question, data):
    now = question.choice(answers[question.key]).weight
    worse = data.draw(st.sampled_from([c for c in question.all_choices if c.weight >= now]))
    before, after = compute_tier(answers), compute_tier({**answers, question.key: worse.value})
    assert after.tier <= before.tier


@given(ANSWERS)
def test_every_tier_has_drivers_unless_it_is_the_lowest(answers):
    found = compute_tier(answers)
    assert found.drivers or found.tier == 3
    assert all(str(driver.choice.label) in found.reason() for driver in found.drivers)


@pytest.mark.parametrize("spoil", [lambda a: a.pop("stake"), lambda a: a.update(stake="?")])
def test_a_question_without_an_answer_is_named(spoil):
    answers = dict(MILDEST)
    spoil(answers)
    with pytest.raises(UnansweredQuestions) as caught:
        compute_tier(answers)
    assert caught.value.keys == ["stake"]


def test_the_answers_set_the_tier_and_its_reason_names_the_drivers(world):
    made = system(world)
    answer_intake(by=world.engineer, system=made, answers={**MILDEST, "decision": "decides"})
    stored = AISystem.objects.get(pk=made.pk)
    assert (stored.tier, stored.tier_computed) == (3, 3)
    assert "It decides alone" in stored.tier_reason
    answer_intake(by=world.engineer, system=made, answers=WORST)
    assert AISystem.objects.get(pk=made.pk).tier == 1
    events = Event.objects.filter(subject=made.key, action="models_registry.system.intake-answered")
    assert events.count() == 2


@pytest.mark.parametrize("reason", ["", "   ", compute_tier(WORST).reason()])
def test_an_override_needs_a_reason_of_one_s_own(world, reason):
    made = system(world)
    with pytest.raises(Refused) as caught:
        answer_intake(by=world.engineer, system=made, answers=WORST, tier_override=2, reason=reason)
    assert caught.value.field == "reason"
    assert AISystem.objects.get(pk=made.pk).intake == {}


def test_the_tier_of_the_form_needs_a_reason_of_one_s_own_too(world):
    made = system(world)
    answer_intake(by=world.engineer, system=made, answers=WORST)
    base = {"tier": 1, "tier_reason": made.tier_reason}
    with pytest.raises(Refused) as caught:
        edit_system(by=world.engineer, system=made, base=base, values={**base, "tier": 3})
    assert caught.value.field == "tier_reason"
    own = {"tier": 3, "tier_reason": "Only a trial with made-up people."}
    edit_system(by=world.engineer, system=made, base=base, values=own)
    assert AISystem.objects.get(pk=made.pk).tier == 3


def test_a_tier_chosen_before_the_intake_is_not_replaced_in_silence(world):
    made = new_system(world, "Old", tier=1, tier_reason="The board wants it.")
    page = world.client(world.engineer).get(intake_url(made)).content.decode()
    assert "The board wants it." in page
    assert kept_intake(made)["tier_override"] == 1


@pytest.mark.parametrize("who", ["auditor", "approver", "stranger"])
def test_who_may_not_edit_cannot_answer(world, who):
    with pytest.raises(PermissionDenied):
        answer_intake(by=getattr(world, who), system=system(world), answers=MILDEST)


def test_the_page_asks_everything_and_shows_what_follows(world):
    made, client = system(world), world.client(world.engineer)
    assert "Not decided" in client.get(made.get_absolute_url()).content.decode()
    page = client.get(intake_url(made)).content.decode()
    assert page.count("<fieldset") == len(QUESTIONS)
    sent = client.post(intake_url(made), {**WORST, "tier_override": "2", "reason": "Small trial."})
    assert sent.status_code == 303
    shown = client.get(made.get_absolute_url()).content.decode()
    for words in (
        "Tier 2: medium",
        "overridden",
        "Small trial.",
        "It decides alone",
        "All answers",
    ):
        assert words in shown


def test_an_answer_left_out_is_told_beside_its_question(world):
    made = system(world)
    sent = world.client(world.engineer).post(intake_url(made), {**MILDEST, "undo": ""})
    assert sent.status_code == 422
    assert "Choose one of the answers." in sent.content.decode()


def test_two_people_who_answer_different_questions_both_win(world):
    made, client = system(world), world.client(world.engineer)
    answer_intake(by=world.engineer, system=made, answers=MILDEST)
    seen = {f"initial-{k}": v for k, v in MILDEST.items()}
    answer_intake(by=world.owner, system=made, answers={**MILDEST, "stake": "rights"})
    assert client.post(intake_url(made), {**seen, **MILDEST, "undo": "hardly"}).status_code == 303
    stored = AISystem.objects.get(pk=made.pk).intake["answers"]
    assert (stored["stake"], stored["undo"]) == ("rights", "hardly")


def test_two_answers_to_one_question_are_both_shown_and_none_is_lost(world):
    made, client = system(world), world.client(world.engineer)
    answer_intake(by=world.engineer, system=made, answers=MILDEST)
    seen = {f"initial-{k}": v for k, v in MILDEST.items()}
    answer_intake(by=world.owner, system=made, answers={**MILDEST, "stake": "rights"})
    sent = client.post(intake_url(made), {**seen, **MILDEST, "stake": "access"})
    assert sent.status_code == 409
    assert "Liberty, a basic right" in sent.content.decode()
    assert AISystem.objects.get(pk=made.pk).intake["answers"]["stake"] == "rights"


def test_the_api_answers_the_intake_with_if_match(world):
    made, api = system(world), world.api(world.engineer)
    to = f"/api/v1/systems/{made.pk}/intake/"
    tag = {"If-Match": f'"{made.pk}-{made.version}"'}
    short = {k: v for k, v in WORST.items() if k != "undo"}
    assert api.post(to, {"answers": short}, format="json", headers=tag).status_code == 400
    sent = api.post(to, {"answers": WORST}, format="json", headers=tag)
    assert (sent.status_code, sent.data["tier"], sent.data["tier_computed"]) == (200, 1, 1)
    assert tiering_of(sent.data["intake"]).tier == 1
    assert api.post(to, {"answers": WORST}, format="json", headers=tag).status_code == 412


def test_jurisdictions_are_codes():
    assert from_text("de, at;EU DE") == ["DE", "AT", "EU"]
    with pytest.raises(UnknownJurisdiction) as caught:
        from_text("UK")
    assert "GB" in caught.value.sentence()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"jurisdictions": ["XX"]}, "jurisdictions"),
        ({"eu_class": "minimal"}, "eu_class_reason"),
        ({"colour": "red"}, None),
    ],
)
def test_what_is_wrong_with_a_new_field_is_told(world, values, field):
    with pytest.raises(Refused) as caught:
        new_system(world, "A", **values)
    assert caught.value.field == field


def test_the_accountable_executive_has_a_role_in_the_unit(world):
    with pytest.raises(Refused) as caught:
        new_system(world, "A", accountable=world.stranger)
    assert caught.value.field == "accountable"


def test_the_form_keeps_every_new_field(world):
    made, client = system(world), world.client(world.engineer)
    data = {
        "name": made.name, "purpose": made.purpose, "decision_role": made.decision_role,
        "owner": made.owner_id, "initial-owner": made.owner_id, "intended_users": "Officers",
        "initial-name": made.name, "initial-purpose": made.purpose, "autonomy": "approves",
        "initial-decision_role": made.decision_role, "jurisdictions": "de, fr",
        "eu_class": "high_risk", "eu_class_reason": "Credit.", "accountable": world.owner.pk,
    }  # fmt: skip
    edit = f"{made.get_absolute_url()}edit/"
    bad = client.post(edit, {**data, "jurisdictions": "Germany"})
    assert bad.status_code == 422
    assert "two-letter country code" in bad.content.decode()
    assert client.post(edit, data).status_code == 303
    stored = AISystem.objects.get(pk=made.pk)
    assert (stored.jurisdictions, stored.accountable) == (["DE", "FR"], world.owner)
    assert (stored.eu_class, stored.autonomy) == ("high_risk", "approves")
    shown = client.get(made.get_absolute_url()).content.decode()
    for words in ("Officers", "DE, FR", "High-risk", "Acts after a person"):
        assert words in shown


def test_a_clash_about_jurisdictions_is_shown_as_text(world):
    made, client = system(world), world.client(world.engineer)
    edit_system(
        by=world.owner, system=made, base={"jurisdictions": []}, values={"jurisdictions": ["EU"]}
    )
    data = {
        "name": made.name, "initial-name": made.name, "purpose": made.purpose,
        "initial-purpose": made.purpose, "decision_role": made.decision_role,
        "initial-decision_role": made.decision_role, "owner": made.owner_id,
        "initial-owner": made.owner_id, "jurisdictions": "US", "initial-jurisdictions": "",
    }  # fmt: skip
    sent = client.post(f"{made.get_absolute_url()}edit/", data)
    assert sent.status_code == 409
    assert "EU" in sent.content.decode()
    assert AISystem.objects.get(pk=made.pk).jurisdictions == ["EU"]
