"""Writes of the registry: permission, transition, one transaction, one event each."""

import io
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from ledger.canonical import sha256_hex
from ledger.errors import Refused
from ledger.models import Event
from ledger.transitions import NoTransition, step
from models_registry import states
from models_registry.actions import (
    edit_system,
    edit_version,
    import_card,
    link_model,
    move_system,
    move_version,
    submit_version,
    upload_dataset,
    use_dataset,
)
from models_registry.actions.versions import Origin
from models_registry.models import (
    AISystem,
    CardRevision,
    DatasetVersion,
    Model,
    ModelUse,
    ModelVersion,
)
from models_registry.queries import similar_systems
from tests.builders.models_registry import (
    BEACON,
    LANTERN,
    card_bytes,
    dataset,
    new_dataset,
    new_system,
    new_version,
    submitted_version,
    system,
    version,
)
from vault.models import StoredFile
from vault.queries import read_bytes

ALL = (AISystem, Model, ModelUse, ModelVersion, CardRevision, DatasetVersion, StoredFile)


def counts() -> list[int]:
    return [model.objects.count() for model in ALL]


def events(record) -> list[str]:
    return list(Event.objects.filter(subject=record.key).values_list("action", flat=True))


def test_a_registered_system_leaves_an_event_and_has_a_number(world):
    made = system(world)
    assert made.reference == f"SYS-{made.pk:04d}"
    assert made.owner == world.engineer
    assert events(made) == ["models_registry.system.registered"]


@pytest.mark.parametrize("who", ["auditor", "approver", "administrator", "stranger"])
def test_who_may_not_edit_cannot_register_a_system(world, who):
    with pytest.raises(PermissionDenied):
        new_system(world, "Anything", by=getattr(world, who))


def test_a_name_is_taken_once_per_unit_whatever_its_case(world):
    system(world)
    with pytest.raises(Refused, match="has a system of that name"):
        new_system(world, "consumer LOAN decisions")


def test_a_tier_needs_a_reason(world):
    with pytest.raises(Refused, match="why the system belongs"):
        new_system(world, "A", tier=1)
    assert new_system(world, "B", tier=1, tier_reason="Access to credit.").tier == 1


def test_an_owner_needs_a_role_in_the_unit(world):
    with pytest.raises(Refused) as caught:
        new_system(world, "A", owner=world.stranger)
    assert caught.value.field == "owner"


def test_two_people_who_edit_different_fields_both_win(world):
    made = system(world)
    base = {"name": made.name, "purpose": made.purpose}
    mine, theirs = AISystem.objects.get(pk=made.pk), AISystem.objects.get(pk=made.pk)
    edit_system(by=world.owner, system=theirs, base=base, values={**base, "name": "Loans"})
    merge = edit_system(by=world.engineer, system=mine, base=base, values={**base, "purpose": "P"})
    assert not merge.clashes
    stored = AISystem.objects.get(pk=made.pk)
    assert (stored.name, stored.purpose) == ("Loans", "P")


def test_two_people_who_edit_the_same_field_get_both_texts_and_nothing_is_overwritten(world):
    made = system(world)
    base = {"purpose": made.purpose, "name": made.name}
    edit_system(by=world.owner, system=made, base=base, values={**base, "purpose": "Theirs"})
    merge = edit_system(
        by=world.engineer, system=made, base=base, values={"purpose": "Mine", "name": "New"}
    )
    assert [(c.mine, c.theirs) for c in merge.clashes] == [("Mine", "Theirs")]
    stored = AISystem.objects.get(pk=made.pk)
    assert (stored.purpose, stored.name) == ("Theirs", made.name)


def test_an_edit_that_changes_nothing_leaves_no_event(world):
    made = system(world)
    base = {"name": made.name}
    edit_system(by=world.owner, system=made, base=base, values=base)
    assert events(made) == ["models_registry.system.registered"]


def test_the_state_of_a_system_cannot_be_edited_past_its_transitions(world):
    with pytest.raises(Refused, match="cannot be changed"):
        edit_system(by=world.owner, system=system(world), base={}, values={"state": states.RETIRED})


def test_retiring_needs_a_reason_and_is_told_to_the_ledger(world):
    made = system(world)
    with pytest.raises(Refused) as caught:
        move_system(by=world.engineer, system=made, verb="retire")
    assert caught.value.field == "reason"
    move_system(by=world.engineer, system=made, verb="retire", reason="Replaced.")
    assert AISystem.objects.get(pk=made.pk).state == states.RETIRED
    assert Event.objects.filter(subject=made.key).latest("pk").reason == "Replaced."


@pytest.mark.parametrize("table", [states.SYSTEM, states.VERSION])
def test_every_step_of_a_state_table_leads_to_a_known_state_and_happens_once(table):
    known = {t.source for t in table} | {t.target for t in table}
    pairs = [(t.source, t.verb) for t in table]
    assert len(pairs) == len(set(pairs))
    assert {t.target for t in table} <= known
    with pytest.raises(NoTransition):
        step(table, "no such state", table[0].verb)


def test_registering_a_version_makes_model_version_card_and_use_at_once(world):
    made = version(world)
    card = made.cards.get()
    assert (made.model.name, made.number, made.state) == ("Lantern credit scoring", "2.3", "draft")
    assert ModelUse.objects.filter(system=system(world), model=made.model).count() == 1
    assert read_bytes(card.digest) == card_bytes(LANTERN)
    assert card.digest == sha256_hex(card_bytes(LANTERN))
    assert events(made) == ["models_registry.version.registered"]
    assert events(card) == ["models_registry.card.imported"]


def test_the_next_version_belongs_to_the_same_model(world):
    assert version(world).model == submitted_version(world).model
    assert Model.objects.count() == 1
    assert ModelUse.objects.count() == 1


def test_the_card_gives_name_and_number_when_nobody_else_does(world):
    made = new_version(world, "", card=card_bytes(BEACON), file_name=BEACON)
    assert (made.model.name, made.number) == ("Beacon reply drafts", "0.4")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"card": b"---\na: [1\n---\n# N\n", "number": "1"}, "card"),
        ({"card": b"# N\n\nText.", "number": ""}, "number"),
        ({"card": b"Text without a heading.", "number": "1"}, "model_name"),
        ({"card": b"# ...\n", "number": "1", "model_name": "!!!"}, "model_name"),
    ],
)
def test_a_refused_registration_leaves_nothing_behind(world, values, field):
    system(world)
    before = counts()
    with pytest.raises(Refused) as caught:
        new_version(world, values.pop("number"), **values)
    assert caught.value.field == field
    assert counts() == before


def test_a_taken_number_is_refused_in_words_and_leaves_nothing_behind(world):
    version(world)
    before = counts()
    with pytest.raises(Refused, match="has a version of that number"):
        new_version(world, "2.3", card=card_bytes() + b"\nmore\n")
    assert counts() == before


def test_an_id_of_a_source_system_is_registered_once(world):
    origin = Origin(source_system="mlflow", external_id="run-1")
    new_version(world, "3.0", origin=origin)
    with pytest.raises(Refused, match="id of the source system"):
        new_version(world, "3.1", origin=origin)


def test_a_card_becomes_the_next_revision_and_the_same_bytes_do_not(world):
    made = version(world)
    changed = card_bytes().replace(b"400 trees", b"500 trees")
    second = import_card(by=world.engineer, version=made, data=changed, file_name="card.md")
    again = import_card(by=world.engineer, version=made, data=changed, file_name="card.md")
    assert (second.number, again.pk) == (2, second.pk)
    assert read_bytes(made.cards.get(number=1).digest) == card_bytes()


def test_submitting_freezes_the_version_under_a_digest(world):
    made = submitted_version(world)
    assert len(made.content_digest) == 64
    for write in (
        lambda: import_card(by=world.engineer, version=made, data=b"# N\n", file_name="c.md"),
        lambda: edit_version(by=world.engineer, version=made, base={}, values={"notes": "x"}),
        lambda: submit_version(by=world.engineer, version=made),
    ):
        with pytest.raises(Refused) as caught:
            write()
        assert caught.value.status == 409
    assert ModelVersion.objects.get(pk=made.pk).notes == ""


def test_the_database_itself_refuses_a_submitted_version_without_digest(world):
    made = version(world)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE models_registry_modelversion SET state = 'submitted' WHERE id = %s", [made.pk]
        )


def test_a_withdrawn_version_stays_withdrawn(world):
    made = move_version(
        by=world.engineer, version=version(world), verb="withdraw", reason="Wrong data."
    )
    with pytest.raises(Refused):
        submit_version(by=world.engineer, version=made)


@pytest.mark.parametrize("who", ["officer", "auditor", "approver", "stranger"])
def test_who_may_not_register_versions_cannot_touch_one(world, who):
    made, by = version(world), getattr(world, who)
    for write in (
        lambda: submit_version(by=by, version=made),
        lambda: import_card(by=by, version=made, data=b"# N\n", file_name="c.md"),
        lambda: edit_version(by=by, version=made, base={}, values={}),
        lambda: use_dataset(by=by, dataset=dataset(world), version=made),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_a_model_is_linked_to_a_system_once(world):
    other = new_system(world, "Second use")
    first = link_model(by=world.engineer, system=other, model=version(world).model)
    assert link_model(by=world.engineer, system=other, model=version(world).model) == first


def test_similar_names_are_found_among_visible_systems_only(world):
    system(world)
    new_system(world, "Loan decisions, consumers", by=world.stranger, unit=world.elsewhere)
    new_system(world, "Branch cash forecast")
    assert similar_systems(world.engineer, "Decisions on consumer loans") == [system(world)]
    assert similar_systems(world.engineer, "Consumer loan decision") == [system(world)]
    assert similar_systems(world.engineer, "Fraud alerts") == []


def test_an_uploaded_table_keeps_bytes_shape_and_fingerprint(world):
    made = dataset(world)
    assert (made.rows, [c["name"] for c in made.columns]) == (60, ["y_true", "y_score", "age_band"])
    assert sha256_hex(read_bytes(made.fingerprint)) == made.fingerprint
    assert events(made) == ["models_registry.dataset.uploaded"]


@pytest.mark.parametrize(
    ("table", "name", "words"),
    [
        (b"", "t.csv", "empty"),
        (b"a,b\n", "t.csv", "no rows"),
        (b"a,b\n1,2\n", "t.xlsx", "CSV"),
        (b"PK\x03\x04", "t.csv", "archive"),
        (b"not parquet", "t.parquet", "bytes are"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_and_nothing_is_kept(world, table, name, words):
    before = counts()
    with pytest.raises(Refused) as caught:
        new_dataset(world, "1", table=table, file_name=name)
    assert words in caught.value.message
    assert counts() == before


class Endless(io.RawIOBase):
    """A stream of 300 MB that was never anywhere; counts what was taken."""

    def __init__(self) -> None:
        self.left = 300 * 1024**2
        self.largest = 0

    def read(self, size: int = -1) -> bytes:
        self.largest = max(self.largest, size)
        size = min(self.left, size)
        self.left -= size
        return b"\0" * size


def test_a_table_of_300_mb_is_refused_piece_by_piece(world, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    stream, before = Endless(), counts()
    with pytest.raises(Refused) as caught:
        upload_dataset(
            by=world.engineer, unit=world.lending, name="Big", label="1", role="test",
            stream=stream, file_name="big.csv",
        )  # fmt: skip
    assert caught.value.status == 413
    assert stream.largest <= 1024**2
    assert stream.left >= 49 * 1024**2
    assert counts() == before
    assert not list(tmp_path.glob("table-*"))


def test_a_label_is_taken_once(world):
    dataset(world)
    with pytest.raises(Refused, match="Choose another label"):
        new_dataset(world, "2024-H2", name="LOANS")


@pytest.mark.django_db(transaction=True)
def test_of_two_registrations_of_one_number_at_the_same_time_one_wins_with_clear_words(world):
    system(world)
    refused, start = [], threading.Barrier(2)

    def register() -> None:
        start.wait()
        try:
            new_version(world, "9.9")
        except Refused as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=register) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ModelVersion.objects.filter(number="9.9").count() == 1
    assert CardRevision.objects.count() == 1
    assert len(refused) == 1
    assert "already" in refused[0].message


def test_a_card_read_from_a_page_that_is_out_of_date_does_not_slip_into_a_frozen_version(world):
    stale = version(world)
    submit_version(by=world.owner, version=ModelVersion.objects.get(pk=stale.pk))
    with pytest.raises(Refused, match="is frozen"):
        import_card(by=world.engineer, version=stale, data=b"# Late\n", file_name="c.md")
    assert stale.cards.count() == 1
