"""Many people on one answer at the same time, on a real database with real threads."""

import threading

import pytest
from django.db import connections

from governance.assessments.actions import save_answer
from governance.assessments.models import Answer
from tests.builders.assessments import assessment
from tests.builders.frameworks import catalogue
from tests.copies import put_world

THREADS, SAVES = 8, 5


@pytest.fixture
def live_world(transactional_db):
    """A world that other connections can see."""
    made = put_world()
    catalogue(made)
    return made


def run(work):
    """Run ``work(number)`` in all threads at once; raises what any of them raised."""
    start, errors = threading.Barrier(THREADS), []

    def one(number):
        try:
            start.wait()
            work(number)
        except Exception as error:  # noqa: BLE001 - reported by the main thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.slow
@pytest.mark.both_databases
def test_eight_people_writing_at_once_lose_no_word(live_world):
    world, target = live_world, assessment(live_world)

    def write(number):
        seen = Answer().values
        for save in range(SAVES):
            word = f"w{number}-{save}"
            while True:
                mine = {"text": f"{seen['text']} {word}".strip()}
                saved = save_answer(
                    by=world.officer,
                    assessment=target,
                    key="MEASURE 2.11",
                    mine=mine,
                    base={"text": seen["text"]},
                )
                seen = saved.answer.values
                if not saved.clashes:
                    break

    run(write)
    words = set(Answer.objects.get().text.split())
    assert words == {f"w{n}-{s}" for n in range(THREADS) for s in range(SAVES)}
    assert Answer.objects.get().version == THREADS * SAVES


@pytest.mark.slow
@pytest.mark.both_databases
def test_eight_people_on_different_questions_and_fields_never_clash(live_world):
    world, target = live_world, assessment(live_world)
    fields = [{"level": 3}, {"text": "Words"}, {"reason": "Because"}, {"owner_id": world.owner.pk}]

    def write(number):
        mine = fields[number % 4]
        key = f"MEASURE 2.{1 + number // 4}"
        saved = save_answer(
            by=world.officer, assessment=target, key=key, mine=mine, base=Answer().values
        )
        assert not saved.clashes

    run(write)
    assert Answer.objects.count() == 2
    for stored in Answer.objects.all():
        assert (stored.level, stored.text, stored.reason) == (3, "Words", "Because")
        assert stored.owner_id == world.owner.pk
