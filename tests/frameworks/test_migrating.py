"""What becomes of each item between two editions of a framework."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from frameworks.actions import settle_migration
from frameworks.migrating import Item, changes_between, changes_digest, counts_of
from frameworks.models import NodeChange
from frameworks.queries import planned_changes
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.frameworks import NEXT_TABLE, catalogue, migration, own_framework


def item(key, words="", parent="P", was=()):
    return Item(key, parent, (words or key,), tuple(was))


def classes(old, new):
    return [(c.change, c.old, c.new, c.carries) for c in changes_between(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([item("A")], [item("A")], [("unchanged", "A", "A", True)]),
        ([item("A")], [item("A", "other")], [("reworded", "A", "A", True)]),
        ([item("A")], [item("A", parent="Q")], [("moved", "A", "A", True)]),
        ([item("A", "same")], [item("B", "same")], [("moved", "A", "B", True)]),
        ([item("A")], [item("B", was=["A"])], [("moved", "A", "B", True)]),
        ([item("A")], [item("B")], [("new", "", "B", False), ("withdrawn", "A", "", False)]),
        (
            [item("A")],
            [item("A"), item("B", was=["A"])],
            [("split", "A", "A", True), ("split", "A", "B", True)],
        ),
        (
            [item("A"), item("B")],
            [item("C", was=["B", "A"])],
            [("merged", "A", "C", True), ("merged", "B", "C", False)],
        ),
    ],
)
def test_every_item_gets_its_class_of_change(old, new, expected):
    assert classes(old, new) == expected


KEYS = st.sampled_from("ABCDEF")
ITEMS = st.lists(
    st.builds(
        item, KEYS, st.sampled_from(["x", "y", "z"]), st.just("P"), st.lists(KEYS, max_size=2)
    ),
    unique_by=lambda found: found.key,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(ITEMS, ITEMS)
def test_no_item_is_lost_and_no_place_is_offered_two_answers(old, new):
    changes = changes_between(old, new)
    assert {c.old for c in changes if c.old} == {found.key for found in old}
    assert {c.new for c in changes if c.new} == {found.key for found in new}
    carried = [c.new for c in changes if c.carries]
    assert len(carried) == len(set(carried))
    assert set(carried) == {c.new for c in changes if c.old and c.new}


def test_the_plan_is_shown_and_settled_once(world):
    old = own_framework(world)
    new = own_framework(world, edition="2027", data=NEXT_TABLE.encode(), follows=old)
    client = world.client(world.administrator)
    address = reverse("frameworks:migration-detail", kwargs={"old": old.pk, "new": new.pk})
    page = client.get(address).content.decode()
    assert "Settle these changes" in page
    rows = client.get(address, {"format": "json", "change": "merged"}).json()
    assert [row["before"] for row in rows] == ["B.1", "B.2"]
    found = migration(world)
    assert found.counts == {
        "unchanged": 0, "reworded": 1, "moved": 0, "split": 2, "merged": 2, "new": 1,
        "withdrawn": 0,
    }  # fmt: skip
    assert NodeChange.objects.filter(migration=found, carries=True).count() == 4
    assert Event.objects.filter(subject=found.key, action="frameworks.migration.settled").exists()
    with pytest.raises(Refused, match="settled already"):
        settle_migration(
            by=world.administrator,
            from_version=old,
            to_version=new,
            shown=changes_digest(planned_changes(old, new)),
        )


def test_editions_of_two_frameworks_are_not_compared(world):
    pair = {"from_version": catalogue(world), "to_version": own_framework(world), "shown": ""}
    with pytest.raises(Refused, match="two editions of one framework"):
        settle_migration(by=world.administrator, **pair)
    with pytest.raises(PermissionDenied):
        settle_migration(by=world.officer, **pair)


def test_counts_name_every_class():
    assert counts_of([]) == dict.fromkeys(NodeChange.Change.values, 0)
