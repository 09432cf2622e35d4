"""The state table, walked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents import states
from incidents.actions import advance
from incidents.models import Incident
from incidents.wording import QUESTIONS
from ledger.errors import Refused
from ledger.models import Event
from ledger.transitions import verbs
from tests.builders.incidents import declared
from tests.world import World

VERBS = sorted({transition.verb for transition in states.INCIDENT})


def test_every_state_can_be_reached_and_left() -> None:
    targets = {transition.target for transition in states.INCIDENT}
    assert targets == set(Incident.State.values)
    assert all(verbs(states.INCIDENT, state) for state in Incident.State.values)


def test_every_verb_has_its_words() -> None:
    assert set(QUESTIONS) == set(VERBS)


@settings(max_examples=15, deadline=None)
@given(walk=st.lists(st.tuples(st.sampled_from([*VERBS, "explode"]), st.booleans()), max_size=12))
@pytest.mark.django_db
def test_no_walk_leaves_the_table(walk: list[tuple[str, bool]]) -> None:
    # Built once per database would share the incident between walks, so each walk has its own.
    from_table = {(t.source, t.verb): t for t in states.INCIDENT}
    incident = declared(_WORLD[0])
    state, steps = "open", 0
    for verb, with_reason in walk:
        transition = from_table.get((state, verb))
        allowed = transition is not None and (with_reason or not transition.needs_reason)
        try:
            advance(
                by=_WORLD[0].engineer,
                incident=incident,
                verb=verb,
                reason="Because." if with_reason else " ",
            )
            assert allowed
            state, steps = transition.target, steps + 1
        except Refused:
            assert not allowed
        incident.refresh_from_db()
        assert incident.state == state
        assert (incident.resolved_at is not None) == (state in {"resolved", "closed"})
        assert (incident.closed_at is not None) == (state == "closed")
    assert incident.entries.count() == steps + 1
    assert Event.objects.filter(subject=incident.key).count() == steps + 1


_WORLD: list[World] = []


@pytest.fixture(autouse=True)
def _the_world(world: World) -> None:
    _WORLD[:] = [world]
