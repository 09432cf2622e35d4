"""Bytes come in whole or not at all, and are kept once."""

import hashlib
import io
import multiprocessing
import os
import resource
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from accounts.models import User
from ledger.errors import Refused
from tests.world import World
from vault.actions import store
from vault.models import CustodyEntry, StoredFile
from vault.queries import MissingBytes, open_file, path_of, read_bytes


def put(data: bytes, by: User, **options: Any) -> StoredFile:
    return store(io.BytesIO(data), media_type="text/csv", by=by, why="an upload", **options)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_bytes_are_found_by_their_hash_and_cannot_be_written_to(world: World) -> None:
    data = os.urandom(3_000_000)
    stored = put(data, world.engineer)
    assert stored.digest == hashlib.sha256(data).hexdigest()
    assert (stored.size, stored.media_type) == (len(data), "text/csv")
    assert read_bytes(stored.digest) == data
    assert path_of(stored.digest).stat().st_mode & 0o777 == 0o400


def test_too_many_bytes_are_refused_and_nothing_of_them_stays(world: World, settings: Any) -> None:
    with pytest.raises(Refused, match="Upload a smaller one") as refused:
        put(b"x" * 2_000_001, world.engineer, max_bytes=2_000_000)
    assert refused.value.status == 413
    assert files_in(settings.MEDIA_ROOT) == []
    assert not StoredFile.objects.exists()
    assert not CustodyEntry.objects.exists()
    assert put(b"x" * 2_000_000, world.engineer, max_bytes=2_000_000).size == 2_000_000


def test_the_same_bytes_are_kept_once_and_every_hand_is_named(world: World, settings: Any) -> None:
    first, second = put(b"same", world.engineer), put(b"same", world.officer)
    assert first == second
    assert len(files_in(settings.MEDIA_ROOT)) == 1
    hands = CustodyEntry.objects.filter(file=first).values_list("by", flat=True)
    assert list(hands) == [world.engineer.pk, world.officer.pk]


@pytest.mark.django_db(transaction=True)
def test_eight_uploads_of_the_same_bytes_at_once_make_one_file(world: World, settings: Any) -> None:
    errors: list[BaseException] = []

    def upload() -> None:
        try:
            put(b"the same report" * 100_000, world.engineer)
        except (DatabaseError, OSError) as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert StoredFile.objects.count() == 1
    assert CustodyEntry.objects.count() == 8
    assert len(files_in(settings.MEDIA_ROOT)) == 1


def test_bytes_that_the_vault_lost_are_missed_in_words(world: World) -> None:
    stored = put(b"soon gone", world.engineer)
    path_of(stored.digest).unlink()
    with pytest.raises(MissingBytes, match="no bytes for"):
        open_file(stored.digest)
    assert put(b"soon gone", world.engineer) == stored
    assert read_bytes(stored.digest) == b"soon gone"


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "ab", "Z" * 64, "a" * 63 + "/"])
def test_what_is_no_hash_names_no_file(digest: str) -> None:
    with pytest.raises(MissingBytes):
        open_file(digest)


def upload_with_a_full_disk(pipe: Connection, pk: int) -> None:
    connections.close_all()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    try:
        put(b"x" * 3_000_000, User.objects.get(pk=pk))
    except Refused as error:
        pipe.send((error.code, str(error), error.status))
    else:
        pipe.send(("stored", "", 0))


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_in_words_and_leaves_no_part_of_a_file(
    world: World, settings: Any
) -> None:
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=upload_with_a_full_disk, args=(theirs, world.engineer.pk))
    child.start()
    code, message, status = ours.recv()
    child.join()
    assert (code, status) == ("no-space", 507)
    assert "administrator" in message
    assert files_in(settings.MEDIA_ROOT) == []
    assert not StoredFile.objects.exists()


def test_what_a_killed_upload_left_behind_is_removed_and_a_running_one_is_not(
    world: World, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = put(b"kept", world.engineer)
    old, new = (Path(settings.MEDIA_ROOT) / f".incoming-{name}" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"part")
    yesterday = time.time() - 2 * 86_400
    os.utime(old, (yesterday, yesterday))
    call_command("sweep_vault")
    assert "1" in capsys.readouterr().out
    assert not old.exists()
    assert new.exists()
    assert read_bytes(kept.digest) == b"kept"
