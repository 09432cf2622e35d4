"""What somebody with full access to the database does, and what the verification finds.

docs/ledger.md tells of the two that nothing finds.
"""

import datetime as dt
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import Unit
from ledger.actions import action, columns_of, seal
from ledger.canonical import canonical
from ledger.keys import Signer, signer
from ledger.models import Checkpoint, Event, Position, writing
from ledger.verification import verify
from ledger.verifier import CompactRange, Note, leaf_hash
from tests.append_only import unprotected
from tests.ledger.history import rename, write_past
from tests.world import World


def codes(kept: list[Note] | None = None) -> set[str]:
    return {finding.code for finding in verify(outside=kept or []).findings}


def at(index: int) -> Event:
    return Event.objects.get(position__index=index)


def rewrite(event: Event, **columns: object) -> None:
    """Change columns and body alike, as a careful forger does."""
    for name, value in columns.items():
        setattr(event, name, value)
    body = json.loads(event.body) | columns_of(event)
    Event.objects.filter(pk=event.pk).update(**columns, body=canonical(body).decode())


def recompute(sizes: list[int]) -> None:
    """New checkpoints for what is there now, signed with a key of the forger's own."""
    Checkpoint.objects.all().delete()
    forger = Signer(Ed25519PrivateKey.generate(), signer().key)
    tree = CompactRange()
    for body in Position.objects.order_by("index").values_list("event__body", flat=True):
        tree.append(leaf_hash(body.encode()))
        if tree.size in sizes:
            Checkpoint.objects.create(
                size=tree.size,
                root=tree.root().hex(),
                frontier="".join(part.hex() for part in tree.hashes),
                settled=0,
                note=forger.sign(tree.size, tree.root()),
                key_id=forger.key.hash.hex(),
            )


def cut(size: int) -> None:
    """Remove every event from position ``size`` on, with positions and checkpoints."""
    Checkpoint.objects.filter(size__gt=size).delete()
    gone = list(Position.objects.filter(index__gte=size).values_list("event_id", flat=True))
    Position.objects.filter(index__gte=size).delete()
    Event.objects.filter(pk__in=gone).delete()


def set_state_to_last_event(world: World) -> None:
    """Make the live record fit the shortened ledger."""
    body = json.loads(Event.objects.filter(subject=world.lending.key).latest("pk").body)
    token = writing.set(True)
    Unit.objects.filter(pk=world.lending.pk).update(
        name=body["new"]["name"], version=body["new"]["version"]
    )
    writing.reset(token)


def edit(world: World, kept: list[Note]) -> None:
    rewrite(at(8), reason="I had a good reason")


def delete(world: World, kept: list[Note]) -> None:
    event = at(8)
    Position.objects.filter(index=8).delete()
    Event.objects.filter(pk=event.pk).delete()


def swap(world: World, kept: list[Note]) -> None:
    first, second = at(8), at(9)
    Position.objects.filter(index=8).update(event=-1)
    Position.objects.filter(index=9).update(event=first)
    Position.objects.filter(index=8).update(event=second)


def cut_tail(world: World, kept: list[Note]) -> None:
    gone = at(kept[-1].size - 1)
    Position.objects.filter(event=gone).delete()
    Event.objects.filter(pk=gone.pk).delete()


def rewrite_everything(world: World, kept: list[Note]) -> None:
    rewrite(at(8), actor="accounts.user:999")
    recompute([note.size for note in kept])


def backdate(world: World, kept: list[Note]) -> None:
    rewrite(at(8), at=timezone.now() - dt.timedelta(days=30))
    recompute([note.size for note in kept])


def roll_back(world: World, kept: list[Note]) -> None:
    cut(kept[1].size)
    set_state_to_last_event(world)


def rewrite_after_an_old_checkpoint(world: World, kept: list[Note]) -> None:
    cut(kept[1].size)
    world.lending.refresh_from_db()
    set_state_to_last_event(world)
    unit = Unit.objects.get(pk=world.lending.pk)
    for number in range(kept[-1].size - kept[1].size):
        rename(unit, world, f"Another history {number}")
    seal()


def change_a_live_record(world: World, kept: list[Note]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_unit SET name = 'X' WHERE id = %s", [world.lending.pk])


Attack = Callable[[World, list[Note]], None]


@pytest.mark.parametrize(
    ("attack", "inside", "outside"),
    [
        (edit, {"root"}, {"outside"}),
        (delete, {"gap"}, {"gap"}),
        (swap, {"root"}, {"outside"}),
        (cut_tail, {"gap"}, {"outside"}),
        (rewrite_everything, {"signature"}, {"outside"}),
        (backdate, {"signature"}, {"outside"}),
        (roll_back, set(), {"outside"}),
        (rewrite_after_an_old_checkpoint, set(), {"outside"}),
        (change_a_live_record, {"record-changed"}, {"record-changed"}),
    ],
)
def test_a_planted_attack_is_found(
    world: World, attack: Attack, inside: set[str], outside: set[str]
) -> None:
    """``inside`` is what the database alone shows, ``outside`` what kept checkpoints add."""
    kept = write_past(world)
    assert codes(kept) == set()
    with unprotected(), connection.constraint_checks_disabled():
        attack(world, kept)
    assert inside <= codes()
    assert bool(codes()) is bool(inside)
    assert outside <= codes(kept)


def test_an_event_changed_before_it_is_sealed_is_not_found(world: World) -> None:
    kept = write_past(world)
    rename(world.lending, world, "About to be disputed")
    with unprotected():
        rewrite(Event.objects.latest("pk"), reason="Planted within the second")
    seal()
    assert codes(kept) == set()


def test_an_action_with_the_application_s_own_credentials_is_not_found(world: World) -> None:
    kept = write_past(world)
    with action("accounts.unit.renamed", by=world.approver) as act:
        world.lending.name = "Renamed in another's name"
        act.save(world.lending)
    seal()
    assert codes(kept) == set()


def test_a_record_planted_by_raw_sql_is_found(world: World) -> None:
    write_past(world, batches=1)
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_unit (created_at, updated_at, version, name, path)"
            " VALUES (%s, %s, 1, 'Planted', '/999/')",
            [now, now],
        )
    assert codes() == {"record-unknown"}


def test_a_record_removed_by_raw_sql_is_found(world: World) -> None:
    write_past(world, batches=1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_membership WHERE user_id = %s", [world.engineer.pk])
    assert codes() == {"record-gone"}


def test_a_record_that_came_back_after_its_deletion_is_found(world: World) -> None:
    held = world.engineer.memberships.get()
    row = type(held).objects.filter(pk=held.pk).values().get()
    with action("accounts.role.removed", by=world.administrator) as act:
        act.delete(held)
    assert codes() == set()
    columns = {f.attname: f for f in type(held)._meta.concrete_fields}
    twin = type(held)(**{name: row[name] for name in columns})
    twin.save_base(raw=True, force_insert=True)  # as loading a fixture does
    assert codes() == {"record-back"}


def test_a_column_that_contradicts_its_body_is_found(world: World) -> None:
    write_past(world, batches=1)
    with unprotected():
        Event.objects.filter(pk=at(3).pk).update(actor="accounts.user:999")
        Event.objects.filter(pk=at(4).pk).update(at=F("at") + dt.timedelta(seconds=1))
    assert [f.code for f in verify().findings] == ["columns", "columns"]


def test_a_missing_trigger_is_found(world: World) -> None:
    on = " ON ledger_event" if connection.vendor == "postgresql" else ""
    name = "no_change" if connection.vendor == "postgresql" else "no_update"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_event_{name}{on}")
    assert codes() == {"trigger"}


def test_a_tampered_frontier_and_lost_checkpoints_are_found(world: World) -> None:
    kept = write_past(world)
    with unprotected():
        Checkpoint.objects.filter(size=kept[1].size).update(frontier="00" * 32)
        Checkpoint.objects.filter(size=kept[-1].size).delete()
    assert codes() >= {"frontier", "gap"}


def test_the_command_says_intact_and_ends_with_0(world: World, tmp_path: Path) -> None:
    kept = write_past(world)
    outside = tmp_path / "kept.txt"
    outside.write_text(Checkpoint.objects.get(size=kept[1].size).note)
    rename(world.lending, world, "Not sealed yet")
    out = StringIO()
    call_command("verify_ledger", "--read-only", "--checkpoint", str(outside), stdout=out)
    assert "1 events are not sealed yet" in out.getvalue()
    out = StringIO()
    call_command("verify_ledger", "--checkpoint", str(outside), stdout=out)
    assert out.getvalue().endswith("intact\n")
    assert "not sealed" not in out.getvalue()


def test_the_command_ends_with_1_on_damage_and_with_2_on_a_wrong_argument(
    world: World, tmp_path: Path
) -> None:
    write_past(world)
    with pytest.raises(CommandError) as wrong:
        call_command("verify_ledger", "--checkpoint", str(tmp_path / "absent"))
    assert wrong.value.returncode == 2
    with unprotected():
        edit(world, [])
    out = StringIO()
    with pytest.raises(SystemExit) as damaged:
        call_command("verify_ledger", stdout=out)
    assert damaged.value.code == 1
    assert "are not those that were signed there" in out.getvalue()
