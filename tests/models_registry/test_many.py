"""Many records at once: a preview without a write, then all of it or nothing."""

import pytest
from django.urls import reverse

from accounts.models import User
from ledger.models import Event
from models_registry.actions import edit_system
from models_registry.actions.kinds import MODELS, SYSTEMS
from models_registry.actions.many import MOST_AT_ONCE, NotApplied, Verdict, Wanted, apply, plan
from models_registry.models import AISystem
from tests.builders.models_registry import new_system, version

SYSTEMS_PAGE = reverse("models_registry:system-many")
TIER = {"tier": 2, "tier_reason": "Same platform."}


def some(world, count=3):
    return [new_system(world, f"System {n}") for n in range(count)]


def wanted(systems, values=TIER, **more):
    return [Wanted(values, pk=s.pk, version=s.version, **more) for s in systems]


def verdicts(lines):
    return [line.verdict.value for line in lines]


def texts(line):
    return " ".join(problem.text for problem in line.problems)


def test_a_plan_names_old_and_new_and_writes_nothing(world):
    systems = some(world)
    before = Event.objects.count()
    lines = plan(SYSTEMS, by=world.engineer, wanted=wanted(systems))
    assert verdicts(lines) == ["change"] * 3
    assert [(c.name, c.old, c.new) for c in lines[0].changes] == [
        ("tier", None, 2), ("tier_reason", "", "Same platform."),
    ]  # fmt: skip
    assert Event.objects.count() == before
    assert AISystem.objects.filter(tier=None).count() == 3


def test_applying_writes_one_event_for_each_record(world):
    systems = some(world)
    apply(SYSTEMS, by=world.engineer, wanted=wanted(systems))
    assert set(AISystem.objects.values_list("tier", "version")) == {(2, 2)}
    edited = Event.objects.filter(action="models_registry.system.edited")
    assert {e.subject for e in edited} == {s.key for s in systems}


def test_a_record_of_another_unit_is_refused_exactly_as_an_unknown_one(world):
    hidden = new_system(world, "Secret", by=world.stranger, unit=world.elsewhere)
    lines = plan(
        SYSTEMS, by=world.engineer, wanted=[Wanted(TIER, pk=hidden.pk), Wanted(TIER, pk=10**9)]
    )
    assert verdicts(lines) == ["refused", "refused"]
    assert lines[0].problems == lines[1].problems
    assert lines[0].record is lines[1].record is None


def test_who_may_look_but_not_change_is_told_so(world):
    made = some(world, 1)
    line = plan(SYSTEMS, by=world.auditor, wanted=wanted(made))[0]
    assert line.verdict is Verdict.REFUSED
    assert "Your roles" in texts(line)
    with pytest.raises(NotApplied):
        apply(SYSTEMS, by=world.auditor, wanted=wanted(made))


def test_one_record_that_changed_meanwhile_stops_all_of_them_and_is_named(world):
    systems = some(world)
    asked = wanted(systems)
    edit_system(by=world.owner, system=systems[1], base={"purpose": systems[1].purpose},
                values={"purpose": "Another."})  # fmt: skip
    with pytest.raises(NotApplied, match=f"{systems[1].reference}.*changed since"):
        apply(SYSTEMS, by=world.engineer, wanted=asked)
    assert not AISystem.objects.exclude(tier=None).exists()


def test_no_two_systems_of_a_unit_are_given_one_name(world):
    systems = some(world)
    renamed = [Wanted({"name": f"New {n}"}, pk=s.pk) for n, s in enumerate(systems[:2])]
    renamed.append(Wanted({"name": "NEW 0"}, pk=systems[2].pk))
    lines = plan(SYSTEMS, by=world.engineer, wanted=renamed)
    assert verdicts(lines) == ["change", "change", "refused"]
    with pytest.raises(NotApplied):
        apply(SYSTEMS, by=world.engineer, wanted=renamed)
    assert not AISystem.objects.filter(name__istartswith="new").exists()


def test_a_tier_that_stays_keeps_its_own_reason(world):
    made = new_system(world, "Old", tier=2, tier_reason="The board said so.")
    line = plan(SYSTEMS, by=world.engineer, wanted=wanted([made], tied=True))[0]
    assert line.verdict is Verdict.SAME


def test_an_owner_without_a_role_in_the_unit_is_refused_in_the_plan(world):
    line = plan(
        SYSTEMS, by=world.engineer, wanted=wanted(some(world, 1), {"owner": world.stranger})
    )
    assert "has no role in" in texts(line[0])


def test_a_step_is_taken_where_the_state_allows_it(world):
    systems = some(world, 2)
    step = {"values": {}, "verb": "put_into_use"}
    apply(SYSTEMS, by=world.engineer, wanted=wanted(systems[:1], **step))
    lines = plan(SYSTEMS, by=world.engineer, wanted=[Wanted(pk=s.pk, **step) for s in systems])
    assert verdicts(lines) == ["refused", "change"]
    assert lines[1].changes[0].new == "in_use"


def test_whoever_develops_a_model_cannot_validate_it_in_numbers_either(world):
    model = version(world).model
    asked = [Wanted({"developer": world.owner, "validator": world.owner}, pk=model.pk)]
    line = plan(MODELS, by=world.engineer, wanted=asked)[0]
    assert (line.verdict, line.problems[0].field) == (Verdict.REFUSED, "validator")


@pytest.mark.parametrize("count", [3, 30])
def test_a_plan_takes_the_same_queries_for_few_and_for_many(
    world, count, django_assert_num_queries
):
    systems = some(world, count)
    values = {**TIER, "owner": User.objects.get(pk=world.owner.pk)}
    with django_assert_num_queries(3):
        lines = plan(SYSTEMS, by=world.engineer, wanted=wanted(systems, values))
    assert len(lines) == count


def choose(world, who="engineer", **data):
    return world.client(getattr(world, who)).post(SYSTEMS_PAGE, data)


def test_ticked_rows_are_previewed_and_changed_without_javascript(world):
    systems = some(world)
    client = world.client(world.engineer)
    page = client.get(reverse("models_registry:system-list")).content.decode()
    assert f'value="{systems[0].pk}" form="many"' in page
    ids = [s.pk for s in systems[:2]]
    assert "2 records are chosen" in client.get(SYSTEMS_PAGE, {"select": ids}).content.decode()
    data = {"tier": "1", "tier_reason": "Access to credit."}
    preview = client.post(SYSTEMS_PAGE, {"record": ids, **data})
    assert preview.status_code == 200
    assert "Tier 1: high" in preview.content.decode()
    assert not AISystem.objects.exclude(tier=None).exists()
    tokens = [f"{pk}-1" for pk in ids]
    done = client.post(SYSTEMS_PAGE, {"record": tokens, "do": "apply", **data})
    assert done.status_code == 303
    assert AISystem.objects.filter(tier=1).count() == 2


def test_a_stale_preview_changes_nothing_and_shows_a_new_one(world):
    made = some(world, 1)[0]
    edit_system(by=world.owner, system=made, base={"purpose": made.purpose},
                values={"purpose": "Another."})  # fmt: skip
    sent = choose(world, record=f"{made.pk}-1", do="apply", tier="1", tier_reason="Why.")
    assert sent.status_code == 409
    assert made.reference in sent.content.decode()
    assert f"{made.pk}-2" in sent.content.decode()
    assert made.reloaded().tier is None


def test_all_that_a_filter_matches_can_be_chosen(world):
    some(world)
    page = world.client(world.engineer).get(SYSTEMS_PAGE, {"scope": "all", "q": "System 1"})
    assert "One record is chosen" in page.content.decode()


def test_more_than_the_limit_is_refused_in_words(world):
    tokens = [str(n) for n in range(1, MOST_AT_ONCE + 2)]
    sent = choose(world, record=tokens, tier="1", tier_reason="Why.")
    assert sent.status_code == 422
    assert f"more than {MOST_AT_ONCE}" in sent.content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"tier": "1"}, {"verb": "retire"}, {"owner": "999999"}, {"tier": "7"}]
)
def test_a_change_that_says_nothing_or_lacks_its_reason_is_asked_for_again(world, data):
    made = some(world, 1)[0]
    assert choose(world, record=str(made.pk), **data).status_code == 422


@pytest.mark.parametrize("token", ["", "x", "-1", "9" * 30, f"{2**63}", "1-x"])
def test_a_broken_id_is_an_unknown_one(world, token):
    sent = choose(world, record=token, tier="1", tier_reason="Why.")
    assert sent.status_code == 200
    assert "no such record" in sent.content.decode()


def test_who_may_change_nothing_sees_no_boxes_and_no_page(world):
    some(world, 1)
    page = world.client(world.auditor).get(reverse("models_registry:system-list"))
    assert 'name="select"' not in page.content.decode()
    assert choose(world, "auditor", tier="1").status_code == 403


def bulk(world, who="engineer", **body):
    api = world.api(getattr(world, who))
    return api.post("/api/v1/systems/bulk/", body, format="json")


def test_the_api_looks_first_and_applies_only_when_told(world):
    systems = some(world)
    records = [{"id": s.pk, "version": 1} for s in systems]
    looked = bulk(world, records=records, changes=TIER).json()
    assert (looked["applied"], looked["counts"]["change"]) == (False, 3)
    assert not AISystem.objects.exclude(tier=None).exists()
    done = bulk(world, records=records, changes=TIER, dry_run=False)
    assert done.json()["applied"]
    again = bulk(world, records=records, changes={"tier": 3, "tier_reason": "x"}, dry_run=False)
    assert again.status_code == 409
    assert "changed since" in again.json()["detail"]
    assert set(AISystem.objects.values_list("tier", flat=True)) == {2}


def test_the_api_applies_nothing_without_the_versions(world):
    records = [{"id": s.pk} for s in some(world, 1)]
    assert bulk(world, records=records, changes=TIER, dry_run=False).status_code == 428


@pytest.mark.parametrize(
    ("records", "changes"),
    [
        ([], TIER),
        ([{"id": 1}, {"id": 1}], TIER),
        ([{"id": n} for n in range(1, MOST_AT_ONCE + 2)], TIER),
        ([{"id": 2**63}], TIER),
        ([{"id": 1}], {}),
        ([{"id": 1}], {"owner": 10**6}),
    ],
)
def test_the_api_refuses_a_change_that_makes_no_sense(world, records, changes):
    assert bulk(world, records=records, changes=changes).status_code in {400, 422}
