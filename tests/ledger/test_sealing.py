"""From committed events to signed checkpoints and proofs."""

import base64
import stat
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from accounts.models import Unit
from ledger.actions import action, seal
from ledger.errors import LedgerDamaged
from ledger.keys import known_keys, signer
from ledger.models import Checkpoint, Event, Position
from ledger.queries import (
    consistency_proof,
    history,
    inclusion_proof,
    latest_checkpoint,
    position_of,
)
from ledger.verification import verify
from ledger.verifier import (
    Note,
    Unreadable,
    VerifierKey,
    consistency_holds,
    inclusion_holds,
    leaf_hash,
)
from tests.append_only import TABLES, unprotected
from tests.ledger.history import rename, write_past
from tests.world import World
from vault.actions import store


def test_sealing_numbers_every_event_once_without_a_gap(world: World) -> None:
    write_past(world)
    count = Event.objects.count()
    assert list(Position.objects.values_list("index", flat=True)) == list(range(count))
    assert seal() == 0
    assert latest_checkpoint() == Checkpoint.objects.get(size=count)


def test_a_checkpoint_is_a_signed_note_that_anybody_can_check(world: World) -> None:
    write_past(world, batches=1)
    checkpoint = Checkpoint.objects.get()
    text, signature = checkpoint.note.split("\n\n")
    assert text.split("\n") == [
        "assay.invalid/ledger",
        str(checkpoint.size),
        base64.b64encode(bytes.fromhex(checkpoint.root)).decode(),
    ]
    name, data = signature.removeprefix("— ").split()
    assert name == "assay.invalid/ledger"
    assert base64.b64decode(data)[:4].hex() == checkpoint.key_id
    note = Note.parse(checkpoint.note)
    assert note.signed_by([VerifierKey.parse(signer().key.text)])
    assert not Note(note.origin, note.size + 1, note.root, note.signatures).signed_by(known_keys())


def test_every_event_is_proved_to_be_in_every_later_tree(world: World) -> None:
    kept = write_past(world, batches=2, each=3)
    for note in kept:
        for position in Position.objects.filter(index__lt=note.size).select_related("event"):
            proof = inclusion_proof(position.event, size=note.size)
            leaf = leaf_hash(position.event.body.encode())
            assert inclusion_holds(leaf, position.index, note.size, proof, note.root)
    old, new = kept
    proof = consistency_proof(old.size, new.size)
    assert consistency_holds(old.size, new.size, old.root, new.root, proof)


def test_an_event_that_is_not_sealed_has_no_position_and_no_proof(world: World) -> None:
    write_past(world, batches=1)
    rename(world.lending, world, "Fresh")
    event = history(world.lending.key)[0]
    assert position_of(event) is None
    with pytest.raises(ValueError, match="not sealed"):
        inclusion_proof(event)
    with pytest.raises(ValueError, match="are sealed"):
        consistency_proof(1, 1000)


def test_events_that_became_visible_late_are_sealed_too(world: World) -> None:
    """On PostgreSQL a transaction may commit after a later id was sealed."""
    write_past(world, batches=1)
    late = Event.objects.create(
        pk=-5, at=world.lending.created_at, actor="a", action="b", body="{}"
    )
    if connection.vendor == "sqlite":
        assert seal() == 0  # there, one writer at a time, no such event can appear
    seal(complete=True)
    assert position_of(late) == Position.objects.count() - 1


def test_nothing_is_sealed_on_top_of_damage(world: World) -> None:
    write_past(world)
    with unprotected():
        Position.objects.filter(index__gt=10).delete()
    rename(world.lending, world, "After the damage")
    with pytest.raises(LedgerDamaged, match="verify_ledger"):
        seal()


def test_the_key_lies_outside_the_database_and_only_its_owner_reads_it(
    db: None, settings: Any
) -> None:
    first = signer().key
    path = Path(settings.LEDGER_KEY_FILE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signer().key == first
    assert known_keys() == [first]
    path.write_text("not a key")
    with pytest.raises(LedgerDamaged, match="backup"):
        signer()


def test_after_a_change_of_key_old_checkpoints_still_verify(world: World, settings: Any) -> None:
    (old,) = write_past(world, batches=1)
    Path(settings.LEDGER_KEY_FILE).unlink()
    (new,) = write_past(world, batches=1)
    assert len(known_keys()) == 2
    assert old.signed_by(known_keys())
    assert new.signed_by(known_keys())


_RAW = {
    "sqlite": (
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ),
    "postgresql": (
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
    ),
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("number", range(3))
def test_the_database_refuses_raw_changes(world: World, table: str, number: int) -> None:
    write_past(world, batches=1, each=1)
    store(BytesIO(b"bytes"), media_type="text/plain", by=world.engineer, why="test")
    connection.check_constraints()  # PostgreSQL truncates nothing while checks are pending
    column = TABLES[table][0]
    sql = _RAW[connection.vendor][number].format(table=table, column=column)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_commits_leaves_only_what_the_migrations_wrote(world: World, time: str) -> None:
    """The second run would meet what the first one left."""
    assert Unit.objects.count() == 3, time
    assert world.service.is_service
    write_past(world, batches=1)
    assert verify().intact


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name\n1\nAAAA\n\n",
        "name\n-1\n" + "A" * 43 + "=\n\n",
        "name\n01\n" + "A" * 43 + "=\n\n",
        "name\n1\n" + "A" * 43 + "=\n\nno dash AAAAAAAA\n",
        "name\n1\n" + "A" * 43 + "=\n\n— name !!!\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(Unreadable):
        Note.parse(text)


@pytest.mark.parametrize("text", ["", "name", "name+00000000+AAAA", "name+00000000+" + "A" * 44])
def test_a_mistyped_verifier_key_is_noticed(text: str) -> None:
    with pytest.raises(Unreadable):
        VerifierKey.parse(text)


def test_a_note_of_an_action_changes_no_record_but_is_sealed(world: World) -> None:
    with action("accounts.login.refused", by=world.engineer) as act:
        act.note("accounts.user:7", {"reason": "password"}, unit=world.lending.pk)
    assert history("accounts.user:7")[0].unit_id == world.lending.pk
    assert seal() > 0
