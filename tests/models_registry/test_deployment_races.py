"""Several people put versions of one model into production at the same moment."""

import itertools
import threading

import pytest
from django.db import connection, connections

from accounts.models import User
from ledger.errors import Refused
from models_registry.actions.deployments import deploy
from models_registry.models import Deployment, ModelVersion
from tests.builders.deployments import approved_version

# SQLite lets one write at a time through; only rows that are locked one by one can race.
pytestmark = [
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="NOT RUN: needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]
PEOPLE, ROUNDS = 4, 3


def race(world, versions):
    """Everybody deploys at once; what went wrong."""
    start, wrong = threading.Barrier(len(versions)), []

    def one(version_pk, user_pk):
        try:
            version = ModelVersion.objects.get(pk=version_pk)
            by = User.objects.get(pk=user_pk)
            start.wait(timeout=20)
            deploy(by=by, version=version, environment="prod-eu", stage="production")
        except Refused as refused:
            wrong.append(refused.code)
        finally:
            connections.close_all()

    people = itertools.cycle([world.engineer.pk, world.owner.pk])
    pairs = zip([v.pk for v in versions], people, strict=False)
    threads = [threading.Thread(target=one, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return wrong


def test_however_many_deploy_at_once_exactly_one_version_is_in_production(world):
    assert connection.vendor == "postgresql"
    versions = [approved_version(world, f"7.{n}") for n in range(PEOPLE)]
    for turn in range(1, ROUNDS + 1):
        wrong = race(world, versions)
        # Whoever runs already is told so; everybody else takes over from the one before.
        assert set(wrong) <= {"already-there"}
        running = Deployment.objects.filter(until=None, stage="production")
        assert running.count() == 1
        assert Deployment.objects.count() <= turn * PEOPLE
    history = list(Deployment.objects.order_by("pk"))
    for before, after in itertools.pairwise(history):
        assert (before.until, before.ending) == (after.since, "replaced")
    assert len(history) >= PEOPLE


def test_the_same_version_deployed_twice_at_once_serves_once(world):
    version = approved_version(world, "7.9")
    assert race(world, [version, version]) == ["already-there"]
    assert Deployment.objects.filter(until=None).count() == 1
