"""What was acknowledged is kept: options, checks, and writers that are killed."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, connections, transaction

from accounts.actions import create_unit
from accounts.models import Unit, User
from ledger.actions import action, seal
from ledger.checks import database_is_durable, options_are_durable
from ledger.models import Event, Position
from ledger.verification import verify
from tests.world import World

sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite")
postgresql_only = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL")


@sqlite_only
@pytest.mark.django_db
def test_sqlite_really_syncs_every_commit_and_checks_foreign_keys() -> None:
    values = {}
    with connection.cursor() as cursor:
        for name in ("synchronous", "journal_mode", "foreign_keys"):
            cursor.execute(f"PRAGMA {name}")
            values[name] = cursor.fetchone()[0]
    assert values == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_the_shipped_options_pass_the_check() -> None:
    assert options_are_durable(None) == []


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"transaction_mode": "DEFERRED", "init_command": "PRAGMA synchronous=FULL"}, "IMMEDIATE"),
        ({"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous=NORMAL;"}, "FULL"),
        ({"transaction_mode": "IMMEDIATE"}, "FULL"),
        (
            {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF;",
            },
            "foreign_keys",
        ),
    ],
)
def test_unsafe_options_stop_the_start_unless_debugging(
    settings: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], word: str
) -> None:
    values = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}
    monkeypatch.setitem(settings.DATABASES, "default", values)
    settings.DEBUG = False
    with pytest.raises(SystemCheckError, match=word):
        call_command("check")
    settings.DEBUG = True
    assert [message.is_serious() for message in options_are_durable(None)] == [False]


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_does_not_sync_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    assert [m.id for m in database_is_durable(None, databases=["default"])] == ["ledger.E002"]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    assert database_is_durable(None, databases=["default"]) == []


@postgresql_only
@pytest.mark.django_db
def test_a_postgresql_without_fsync_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        is_off = cursor.fetchone()[0] == "off"
    found = database_is_durable(None, databases=["default"])
    assert any("fsync is off" in m.msg for m in found) is is_off


def write_until_killed(pipe: Connection, number: int) -> None:
    """Two units per action; says the names of those that were committed."""
    connections.close_all()
    by = User.objects.service()
    top = Unit.objects.get(name="Acme Bank")
    for count in range(10_000):
        names = [f"{number}.{count}.{part}" for part in "ab"]
        with action("accounts.unit.created", by=by) as act:
            for name in names:
                unit = Unit(name=name, parent=top, path=f"/{name}/")
                act.save(unit)
        pipe.send(names)


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_forty_killed_writers_no_acknowledged_write_is_missing_and_none_is_half(
    world: World,
) -> None:
    chance, acknowledged = random.Random(2), []
    fork = multiprocessing.get_context("fork")
    connections.close_all()
    for number in range(40):
        ours, theirs = fork.Pipe(duplex=False)
        writer = fork.Process(target=write_until_killed, args=(theirs, number))
        writer.start()
        theirs.close()
        acknowledged += ours.recv()
        time.sleep(chance.uniform(0, 0.12))
        assert writer.pid
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        acknowledged += drain(ours)
    stored = set(Unit.objects.filter(name__contains=".").values_list("name", flat=True))
    assert set(acknowledged) <= stored
    halves = Counter(name.rpartition(".")[0] for name in stored)
    assert set(halves.values()) == {2}
    assert len(acknowledged) > 80
    seal()
    assert verify().intact


def drain(pipe: Connection) -> list[str]:
    names: list[str] = []
    try:
        while True:
            names += pipe.recv()
    except EOFError:
        return names


class Writers:
    """Threads that write, some of them rolling back, while others seal."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept: list[str] = []
        self.errors: list[BaseException] = []
        self.stop = threading.Event()

    def write(self, number: int, rounds: int) -> None:
        for count in range(rounds):
            name = f"{number}.{count}"
            with transaction.atomic():
                create_unit(by=self.world.service, name=name, parent=self.world.acme)
                if count % 3 == 0:
                    transaction.set_rollback(True)
            if count % 3:
                self.kept.append(name)

    def seal(self) -> None:
        while not self.stop.is_set():
            seal()
            time.sleep(0.02)

    def guarded(self, work: Any, *args: Any) -> threading.Thread:
        def run() -> None:
            try:
                work(*args)
            except (DatabaseError, RuntimeError) as error:
                self.errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_sealers_number_what_eight_writers_commit_exactly_once(world: World) -> None:
    run = Writers(world)
    sealers = [run.guarded(run.seal) for _ in range(2)]
    writers = [run.guarded(run.write, number, 12) for number in range(8)]
    for thread in writers:
        thread.join()
    run.stop.set()
    for thread in sealers:
        thread.join()
    assert not run.errors
    seal(complete=True)
    assert set(run.kept) == set(
        Unit.objects.filter(name__contains=".").values_list("name", flat=True)
    )
    assert Position.objects.count() == Event.objects.count()
    report = verify()
    assert report.findings == []
    assert report.unsealed == 0
    assert report.checkpoints > 2


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_eight_clients_that_write_two_records_each_never_wait_in_a_circle(world: World) -> None:
    """With a locked chain head this gave 15 deadlocks in 32 attempts."""
    run = Writers(world)
    units = [
        [create_unit(by=world.service, name=f"{n}.{m}", parent=world.acme) for m in range(2)]
        for n in range(8)
    ]

    def both(number: int) -> None:
        for count in range(6):
            with action("accounts.unit.renamed", by=world.service) as act:
                for unit in units[number]:
                    unit.name = f"{unit.pk} round {count}"
                    act.save(unit)
                    time.sleep(0.005)

    sealer = run.guarded(run.seal)
    threads = [run.guarded(both, number) for number in range(8)]
    for thread in threads:
        thread.join()
    run.stop.set()
    sealer.join()
    assert not run.errors
    assert Unit.objects.filter(name__endswith="round 5").count() == 16
    seal()
    assert verify().intact
