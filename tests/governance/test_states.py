"""Every walk through the state table of an assessment."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.assessments import states
from governance.assessments.actions import (
    open_assessment,
    reopen_assessment,
    submit_assessment,
)
from governance.assessments.models import Assessment
from ledger.errors import Refused
from ledger.queries import history
from ledger.transitions import NoTransition, step
from tests.builders.models_registry import system

VERBS = {"submit": submit_assessment, "reopen": reopen_assessment}


def test_the_table_names_only_states_and_verbs_that_exist():
    assert {t.verb for t in states.ASSESSMENT} == {*VERBS, "return", "sign"}
    named = {t.source for t in states.ASSESSMENT} | {t.target for t in states.ASSESSMENT}
    assert named == set(Assessment.State.values)


def test_only_a_signed_assessment_stays_what_it_is():
    ends = set(Assessment.State.values) - {t.source for t in states.ASSESSMENT}
    assert ends == {states.SIGNED}


@settings(settings.get_profile("database"))
@pytest.mark.slow
@given(st.lists(st.sampled_from(sorted(VERBS)), max_size=6))
def test_actions_walk_the_table_and_nothing_else(world_of_answers, verbs):
    world = world_of_answers
    target = open_assessment(by=world.officer, system=system(world), title="Walk")
    state = states.DRAFT
    for verb in verbs:
        try:
            state = step(states.ASSESSMENT, state, verb).target
        except NoTransition:
            with pytest.raises(Refused, match="does not allow"):
                VERBS[verb](by=world.officer, assessment=target, reason="Because.")
        else:
            VERBS[verb](by=world.officer, assessment=target, reason="Because.")
        target.refresh_from_db()
        assert target.state == state
        assert (target.submitted_at is not None) == (state == states.SUBMITTED)
    assert history(target.key).count() == target.version
