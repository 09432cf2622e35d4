"""Assessment against a profile; current against target, gap and plan."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from frameworks.actions import create_profile, edit_profile, publish_profile, set_items
from frameworks.models import Profile
from frameworks.queries import profile_values
from governance.assessments.actions import (
    confirm_answer,
    keep_current_profile,
    open_assessment,
    open_next_period,
    plan_step,
    submit_assessment,
)
from governance.assessments.models import Answer
from governance.assessments.queries import assessments, gaps, rows, sum_of, target_profiles
from governance.assessments.queries.snapshot import snapshot
from ledger.errors import Refused, StaleWrite
from ledger.models import Event
from reports.snapshot.answers import function_parts
from tests.builders.assessments import accepted, answer, assessment, signed
from tests.builders.frameworks import draft_profile, migration, own_framework, target_profile
from tests.builders.models_registry import system

SOON = timezone.localdate() + dt.timedelta(days=30)


def against(world, profile, **values):
    return open_assessment(
        by=world.officer, system=system(world), title="Against", profile=profile, **values
    )


def step(world, target, key="MEASURE 2.11", **values):
    given = {"what": "Test slices", "owner": world.owner, "due_date": SOON, **values}
    return plan_step(by=values.pop("by", world.officer), assessment=target, key=key, **given)


def listed(world, target):
    found = assessments(world.officer).get(pk=target.pk)
    return found.done, found.total


def test_an_assessment_against_a_profile_asks_just_what_the_profile_holds(world):
    target = against(world, target_profile(world))
    assert [row.key for row in rows(target)] == ["GOVERN 1.1", "MEASURE 2.11"]
    assert listed(world, target) == (0, 2)
    answer(world, target=target, level=2)
    assert listed(world, target) == (1, 2)
    assert snapshot(target)["assessment"]["profile"][1] == target.profile.items_digest
    with pytest.raises(Refused, match="no question"):
        answer(world, key="MEASURE 2.1", target=target, level=2)


def test_a_draft_or_a_profile_of_another_framework_is_no_base(world):
    with pytest.raises(Refused, match="published profile"):
        against(world, draft_profile(world))
    with pytest.raises(Refused, match="published profile"):
        against(world, target_profile(world), framework_version=own_framework(world))


def test_the_gap_lists_what_each_item_lacks_the_largest_first(world, django_assert_max_num_queries):
    target, profile = assessment(world), target_profile(world)
    answer(world, key="GOVERN 1.1", level=2)
    with django_assert_max_num_queries(5):
        found = gaps(target, profile)
    lines = [(gap.row.key, gap.current, gap.target, gap.size) for gap in found]
    assert lines == [("MEASURE 2.11", None, 4, 4), ("GOVERN 1.1", 2, 3, 1)]
    assert sum_of(found).levels == 5
    assert sum_of(found).unknown == 1
    # A claim of 4 without evidence counts as 2, with accepted evidence as 3.
    answer(world, level=4)
    assert gaps(target, profile)[0].size == 2
    accepted(world)
    assert gaps(target, profile)[0].size == 1
    answer(world, applicability="not_applicable", reason="No people are concerned.")
    assert {gap.row.key: gap.size for gap in gaps(target, profile)}["MEASURE 2.11"] == 0


def test_only_published_targets_of_the_unit_or_above_and_of_the_same_framework_are_offered(world):
    profile = target_profile(world)
    draft_profile(world)
    assert list(target_profiles(assessment(world), world.officer)) == [profile]
    assert not target_profiles(assessment(world), world.stranger).exists()


def test_a_step_has_an_owner_and_a_day_and_two_people_do_not_overwrite_each_other(world):
    target, profile = assessment(world), target_profile(world)
    made = step(world, target)
    assert Event.objects.filter(subject=made.key, action="governance.plan-step.saved").exists()
    assert sum_of(gaps(target, profile)).planned == 1
    with pytest.raises(StaleWrite):
        step(world, target, what="Something else")
    changed = step(world, target, what="Test more slices", version=made.version)
    assert changed.pk == made.pk
    with pytest.raises(PermissionDenied):
        plan_step(
            by=world.auditor, assessment=target, key="GOVERN 1.1", what="x", owner=world.owner,
            due_date=SOON,
        )  # fmt: skip
    with pytest.raises(Refused, match="owner must be"):
        step(world, target, key="GOVERN 1.1", owner=world.stranger)
    with pytest.raises(Refused, match="lies ahead"):
        step(world, target, key="GOVERN 1.1", done_on=SOON)


def test_a_signed_assessment_can_be_planned_and_its_signature_holds(world):
    answer(world, level=2)
    signature = signed(world)
    step(world, signature.assessment)
    page = world.client(world.auditor).get(
        reverse("assessments:assessment-signature", args=[signature.assessment_id])
    )
    assert signature.digest[:12] in page.content.decode()


def test_the_page_exports_and_filters_the_gap_list(world):
    target = assessment(world)
    target_profile(world)
    step(world, target, due_date=timezone.localdate() - dt.timedelta(days=1))
    client = world.client(world.auditor)
    address = reverse("assessments:gap-list", args=[target.pk])
    page = client.get(address).content.decode()
    assert "2 of 2 items lack 7 levels" in page
    assert "Credit." in page
    (late,) = client.get(address, {"show": "late", "format": "json"}).json()
    assert (late["no."], late["gap"], late["plan"]) == ("MEASURE 2.11", 4, "late")
    csv = b"".join(client.get(address, {"format": "csv"}).streaming_content).decode()
    assert "Test slices" in csv
    assert client.get(address, {"profile": "999"}).status_code == 404


def test_the_api_shows_the_gap_and_plans_with_if_match(world):
    target = assessment(world)
    target_profile(world)
    api = world.api(world.officer)
    body = api.get(f"/api/v1/assessments/{target.pk}/gap/").json()
    assert [gap["key"] for gap in body["gaps"]] == ["MEASURE 2.11", "GOVERN 1.1"]
    assert body["summary"]["levels"] == 7
    address = f"/api/v1/assessments/{target.pk}/answers/MS-2.11/plan/"
    sent = {"what": "Test", "owner": world.owner.pk, "due_date": SOON.isoformat()}
    made = api.put(address, sent, format="json")
    assert made.status_code == 201
    assert api.put(address, sent, format="json").status_code == 428
    done = {**sent, "done_on": timezone.localdate().isoformat()}
    again = api.put(address, done, format="json", headers={"If-Match": made["ETag"]})
    assert again.json()["done_on"]


def test_what_stood_on_a_day_is_kept_as_a_current_profile(world):
    with pytest.raises(Refused, match="No answer has a level"):
        keep_current_profile(by=world.officer, assessment=assessment(world), title="Now")
    answer(world, level=4)
    kept = keep_current_profile(by=world.officer, assessment=assessment(world), title="Now")
    answer(world, level=1)
    assert (kept.purpose, kept.is_draft, kept.as_of) == ("current", False, timezone.localdate())
    assert profile_values(kept) == {"MEASURE 2.11": (2, "Yearly review")}


def test_a_published_profile_never_changes_and_a_target_needs_reasons(world):
    profile = target_profile(world)
    with pytest.raises(Refused, match="published and stays"):
        set_items(
            by=world.officer, profile=profile, version=profile.version, items={"MAP 1.1": None}
        )
    draft = draft_profile(world)
    for items, words in (
        ({"MAP 1.1": (3, "")}, "why this level"),
        ({"MAP 1.1": (None, "x")}, "which level"),
        ({"MAP 1.1": (5, "x")}, "0 to 4"),
        ({"MAP 9.9": (1, "x")}, "no item"),
    ):
        with pytest.raises(Refused, match=words):
            set_items(by=world.officer, profile=draft, version=draft.version, items=items)
    with pytest.raises(StaleWrite):
        edit_profile(by=world.officer, profile=draft, version=draft.version - 1, title="x")
    with pytest.raises(PermissionDenied):
        set_items(by=world.engineer, profile=draft, version=draft.version, items={})


def test_an_overlay_starts_from_the_items_of_its_base(world):
    base = target_profile(world)
    overlay = create_profile(
        by=world.officer,
        unit=world.lending,
        framework_version=base.framework_version,
        title="Stricter",
        purpose=Profile.Purpose.OVERLAY,
        base=base,
    )
    changes = set_items(
        by=world.officer,
        profile=overlay,
        version=overlay.version,
        items={"GV-1.1": (4, "Stricter."), "MEASURE 2.11": None},
    )
    assert [(c.key, c.old, c.new) for c in changes] == [
        ("GOVERN 1.1", (3, "The law asks for it."), (4, "Stricter.")),
        ("MEASURE 2.11", (4, "Credit."), None),
    ]
    assert profile_values(overlay) == {"GOVERN 1.1": (4, "Stricter.")}
    event = Event.objects.filter(subject=overlay.key, op="note").get()
    assert "Stricter." in event.body


def test_a_framework_of_ones_own_is_assessed_like_any_other(world):
    version = own_framework(world)
    target = open_assessment(
        by=world.officer, system=system(world), title="Own", framework_version=version
    )
    assert [row.key for row in rows(target)] == ["A.1", "A.2", "B.1", "B.2"]
    answer(world, key="B.1", target=target, level=2, text="A list in the register.")
    client = world.client(world.officer)
    hub = client.get(target.get_absolute_url()).content.decode()
    assert "Systems are tested" in hub
    page = client.get(reverse("assessments:answer-edit", args=[target.pk, "B.1"]))
    assert "A list in the register." in page.content.decode()
    api = world.api(world.officer)
    found = api.get(f"/api/v1/assessments/{target.pk}/answers/B.1/").json()
    assert (found["key"], found["level"]) == ("B.1", 2)
    unit = open_assessment(
        by=world.officer, unit=world.lending, title="Own", framework_version=version
    )
    assert [row.key for row in rows(unit)] == ["A.1", "A.2"]


def test_a_report_prints_what_was_asked_of_any_framework_and_profile(world):
    own = open_assessment(
        by=world.officer,
        system=system(world),
        title="Own",
        framework_version=own_framework(world),
    )
    narrow = against(world, target_profile(world))
    for target, keys in (
        (own, ["A.1", "A.2", "B.1", "B.2"]),
        (narrow, ["GOVERN 1.1", "MEASURE 2.11"]),
    ):
        parts = function_parts(target.framework_version, target, {})
        answers = [a for part in parts for group in part["categories"] for a in group["answers"]]
        assert [one["key"] for one in answers] == keys


def test_answers_are_carried_over_to_the_next_edition_of_a_framework(world):
    version = own_framework(world)
    old = open_assessment(
        by=world.officer, system=system(world), title="Old", framework_version=version
    )
    answer(world, key="A.2", target=old, level=2, text="By mail.")
    answer(world, key="B.1", target=old, level=1, text="A list.")
    answer(world, key="B.2", target=old, level=2, text="Some tests.")
    submit_assessment(by=world.officer, assessment=old, reason="For the next edition")
    with pytest.raises(Refused, match="not settled"):
        open_next_period(
            by=world.officer, assessment=old, title="New", carried=["level", "text"],
            framework_version=own_framework(world, edition="2027"),
        )  # fmt: skip


def test_what_was_split_is_offered_at_both_places_and_what_was_merged_once(world):
    old = open_assessment(
        by=world.officer,
        system=system(world),
        title="Old",
        framework_version=own_framework(world),
    )
    answer(world, key="A.2", target=old, level=2, text="By mail.")
    answer(world, key="B.1", target=old, level=1, text="A list.")
    answer(world, key="B.2", target=old, level=2, text="Some tests.")
    submit_assessment(by=world.officer, assessment=old, reason="For the next edition")
    new = open_next_period(
        by=world.officer,
        assessment=old,
        title="New",
        carried=["applicability", "level", "text"],
        framework_version=migration(world).to_version,
    )
    found = {row.key: (str(row.progress), row.origin) for row in rows(new)}
    assert found == {
        "A.1": ("not_started", ""),
        "A.2": ("to_confirm", "carried_over"),
        "A.3": ("to_confirm", "carried_over"),
        "B.9": ("to_confirm", "carried_over"),
        "C.1": ("not_started", ""),
    }
    confirmed = confirm_answer(by=world.officer, assessment=new, key="B.9")
    assert (confirmed.origin, confirmed.level, confirmed.text) == ("confirmed", 1, "A list.")
    assert confirmed.confirms == Answer.objects.get(assessment=old, node__key="B.1")
    page = world.client(world.officer).get(reverse("assessments:answer-edit", args=[new.pk, "A.3"]))
    assert "By mail." in page.content.decode()
    changes = world.client(world.officer).get(
        reverse("assessments:assessment-changes", args=[new.pk])
    )
    assert changes.status_code == 200


def test_publishing_an_empty_profile_is_refused(world):
    draft = create_profile(
        by=world.officer,
        unit=world.lending,
        framework_version=assessment(world).framework_version,
        title="Empty",
        purpose="target",
    )
    with pytest.raises(Refused, match="no item yet"):
        publish_profile(by=world.officer, profile=draft, version=draft.version)
