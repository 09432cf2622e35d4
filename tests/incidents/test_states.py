"""The state table, walked."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents import states
from incidents.actions import advance, contain, declare_incident, mark_duplicate, undo_duplicate
from incidents.models import Incident
from incidents.wording import QUESTIONS
from ledger.canonical import plain
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.incidents import declared, opened, recovering
from tests.builders.models_registry import version
from tests.world import World

VERBS = sorted({transition.verb for transition in states.INCIDENT})
TABLE = {(t.source, t.verb): t for t in states.INCIDENT}


def test_every_state_but_a_duplicate_is_reached_and_left_by_the_table() -> None:
    targets = {transition.target for transition in states.INCIDENT}
    sources = {transition.source for transition in states.INCIDENT}
    assert targets | {"suspected", "duplicate"} == set(Incident.State.values)
    assert sources | {"duplicate"} == set(Incident.State.values)


def test_every_verb_has_its_words() -> None:
    assert set(QUESTIONS) == set(VERBS)


STEPS = st.lists(
    st.tuples(
        st.sampled_from([*VERBS, "explode", "HOLD", "MERGE", "SPLIT"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(walk=STEPS)
@pytest.mark.django_db
def test_no_walk_leaves_the_table_and_the_events_replay_to_the_row(
    walk: list[tuple[str, bool, bool]],
) -> None:
    world = _WORLD[0]
    other = declared(world, what="Where the work goes on")
    incident = declared(world)
    state, before, held, events = "declared", "", False, 1
    for verb, with_reason, override in walk:
        expected = _expected(state, before, verb, held, with_reason, override)
        try:
            _take(world, incident, other, verb, with_reason, override)
            assert expected is not None, (state, verb)
            before = state if verb == "MERGE" else ""
            held = held or verb == "HOLD"
            events += expected != state
            state = expected
        except Refused:
            assert expected is None, (state, verb)
        incident.refresh_from_db()
        assert incident.state == state
        assert (incident.closed_at is not None) == (state in states.ENDED)
        assert (incident.resolved_at is not None) <= (state in {"resolved", "in_review", "closed"})
    stored = Event.objects.filter(subject=incident.key).order_by("pk")
    assert stored.count() == events
    assert _replayed(list(stored)) == plain(incident.reloaded().state_of())


def _expected(
    state: str, before: str, verb: str, held: bool, with_reason: bool, override: bool
) -> str | None:
    """The state after the step by the rules as written down, None when it is refused."""
    if verb == "HOLD":
        return "contained" if state in {"declared", "reopened"} else state
    if verb == "MERGE":
        return "duplicate" if with_reason and state in states.ONGOING else None
    if verb == "SPLIT":
        return before if with_reason and state == "duplicate" else None
    transition = TABLE.get((state, verb))
    if transition is None or not (with_reason or not (transition.needs_reason or override)):
        return None
    if verb == "contain" and not held:
        return None
    # Nothing shows the recovery of an incident that no check opened.
    return None if verb == "resolve" and not override else transition.target


def _take(
    world: World, incident: Incident, other: Incident, verb: str, reason: bool, override: bool
) -> None:
    why = "Because." if reason else " "
    by = world.owner
    if verb == "HOLD":
        contain(by=by, incident=incident, containment_kind="human", text="By hand")
    elif verb == "MERGE":
        mark_duplicate(by=by, incident=incident, target=other, reason=why)
    elif verb == "SPLIT":
        undo_duplicate(by=by, incident=incident, reason=why)
    else:
        advance(by=by, incident=incident, verb=verb, reason=why, override=override)


def _replayed(events: list[Event]) -> dict[str, object]:
    state: dict[str, object] = {}
    for event in events:
        state |= json.loads(event.body)["new"]
    return state


def test_a_check_opens_a_suspicion_that_a_person_confirms(world: World) -> None:
    found = opened(world)
    assert (found.state, found.acknowledged_at) == ("suspected", None)
    advance(by=world.engineer, incident=found, verb="declare")
    assert found.state == "declared"
    assert found.acknowledged_at is not None


def test_containment_needs_something_that_holds_the_harm_back(world: World) -> None:
    found = declared(world)
    with pytest.raises(Refused, match="holds the harm back"):
        advance(by=world.engineer, incident=found, verb="contain")
    contain(by=world.engineer, incident=found, containment_kind="limited", text="One in ten")
    assert found.state == "contained"
    assert found.entries.filter(text__contains="One in ten").exists()


def test_overriding_needs_the_role_and_the_reason_is_kept(world: World) -> None:
    found = recovering(world, declared(world))
    step = {"incident": found, "verb": "resolve", "override": True}
    with pytest.raises(PermissionDenied):
        advance(by=world.engineer, reason="Trust me", **step)
    found.refresh_from_db()
    with pytest.raises(Refused, match="Say why"):
        advance(by=world.owner, reason=" ", **step)
    found.refresh_from_db()
    advance(by=world.owner, reason="No check exists for letters", **step)
    assert found.override_reason == "No check exists for letters"
    assert found.entries.filter(text__contains="No check is named").exists()


def test_a_private_declaration_is_seen_by_whoever_declared_it(world: World) -> None:
    found = declare_incident(
        by=world.engineer, what="Names", severity="sev1", version=version(world), private=True
    )
    assert Incident.objects.all().visible_to(world.engineer).get() == found
    assert not Incident.objects.all().visible_to(world.owner).exists()


_WORLD: list[World] = []


@pytest.fixture(autouse=True)
def _the_world(world: World) -> None:
    _WORLD[:] = [world]
