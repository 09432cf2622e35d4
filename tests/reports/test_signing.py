"""Signing off in order, by different hands, and what holds of the file afterwards."""

import datetime as dt
import io

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from jobs.testing import run_all
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from ledger.models import Event, Position
from models_registry.actions import edit_system
from reports.actions import hand_out, sign_off
from reports.models import Report, SignOff
from reports.queries import newest_file, signoffs_of
from reports.signing import reading
from reports.signing.reader import NOT_READABLE, read
from reports.signing.reading import Found, Reading
from reports.verification import verdict as verdicts
from reports.verification import verify
from tests.append_only import unprotected
from tests.builders.models_registry import system
from tests.builders.reports import kept, report, signable, signed
from tests.world import PASSWORD
from vault.queries import path_of, read_bytes


@pytest.fixture
def here(monkeypatch):
    """Files are read in this process; one test below reads in a child, as the product does."""

    def read_here(pdf: bytes, roots: list[bytes]) -> Reading:
        try:
            head, bodies = read(pdf, roots)
        except NOT_READABLE as error:
            raise reading.NotReadable from error
        found = tuple(Found(**one) for one in head["signatures"])
        return Reading(head["pages"], found, bodies[0], bodies[1].decode())

    monkeypatch.setattr(verdicts, "read_pdf", read_here)


def sign(world, made, person, seat, password=PASSWORD) -> SignOff:
    return sign_off(by=world.persona(person), report=made, seat=seat, password=password)


def codes(body: bytes, by=None) -> dict:
    return {point.code: point.holds for point in verify(body, by=by).points}


@pytest.mark.slow
def test_three_people_sign_in_order_and_the_file_shows_it_in_a_process_of_its_own(world) -> None:
    made = signed(world)
    given = signoffs_of(made)
    assert [one.signer_name for one in given] == ["Officer", "Approver", "Auditor"]
    before = [made.file_digest, *(one.file_digest for one in given[:2])]
    assert [one.base_digest for one in given] == before
    body = read_bytes(newest_file(made).digest)
    assert body.startswith(read_bytes(made.file_digest))
    found = verify(body, by=world.auditor)
    assert found.holds, found.points
    assert {p.code: p.holds for p in found.points} == {
        "file": True,
        "signature-assessor": True,
        "signature-reviewer": True,
        "signature-auditor": True,
        "snapshot": True,
        "kept-snapshot": True,
        "checkpoint": True,
        "ledger": True,
        "event": True,
        "changes": None,
    }
    says = " ".join(point.sentence for point in found.points)
    assert "self-made and proves no identity" in says
    assert "it forbids every later change" in says
    assert "The records say the same today" in says


def test_a_seat_is_taken_in_its_turn_only_and_by_who_may(world) -> None:
    made = kept(world)
    with pytest.raises(Refused, match="turn"):
        sign(world, made, "auditor", "auditor")
    with pytest.raises(PermissionDenied):
        sign(world, made, "engineer", "assessor")
    with pytest.raises(Refused, match="password"):
        sign(world, made, "officer", "assessor", "wrong")
    with pytest.raises(Refused, match="not printed"):
        sign(world, second_report(world), "officer", "assessor")
    assert not SignOff.objects.exists()


def second_report(world) -> Report:
    world.made.pop("report")
    return report(world)


def test_nobody_signs_twice_and_who_wrote_the_answers_signs_first_or_not_at_all(
    world, monkeypatch
) -> None:
    made = signed(world, seats=1)
    monkeypatch.setattr("reports.actions.signing.has_written", lambda by, assessment: True)
    with pytest.raises(Refused, match="You wrote what this report judges"):
        sign(world, made, "approver", "reviewer")
    monkeypatch.setattr("reports.actions.signing.require", lambda *a: None)
    with pytest.raises(Refused, match="another seat"):
        sign(world, made, "officer", "reviewer")


def test_a_signature_is_one_event_and_holds_no_name_and_the_signed_file_is_handed_out(
    world,
) -> None:
    made = signed(world, seats=1)
    one = signoffs_of(made)[0]
    events = Event.objects.filter(subject=one.key).order_by("pk")
    assert [e.action for e in events] == ["reports.report.signed-off", "reports.report.signed"]
    assert not any("Officer" in event.body for event in events)
    body = hand_out(by=world.engineer, report=made, what="file")
    assert sha256_hex(body) == one.file_digest


@pytest.mark.usefixtures("here")
def test_a_flipped_byte_is_named_with_its_place(world) -> None:
    made = signed(world, seats=2)
    body = bytearray(read_bytes(newest_file(made).digest))
    body[12] ^= 1  # inside a comment: the form stays readable
    found = verify(bytes(body))
    said = {point.code: point for point in found.points}
    assert not found.holds
    assert f"{made.reference}, the first one at byte 12" in said["file"].sentence
    assert said["signature-assessor"].holds is said["signature-reviewer"].holds is False


@pytest.mark.usefixtures("here")
def test_what_is_added_after_the_last_signature_is_named(world) -> None:
    made = signed(world, seats=1)
    body = read_bytes(newest_file(made).digest) + b"\n% more\n"
    assert codes(body)["appended"] is False
    assert codes(body)["file"] is False


@pytest.mark.usefixtures("here")
def test_a_changed_or_lost_snapshot_in_the_vault_is_named(world) -> None:
    made = signable(world)
    body = read_bytes(made.file_digest)
    path = path_of(made.snapshot_digest)
    frozen = bytearray(path.read_bytes())
    frozen[40] ^= 1
    path.chmod(0o600)
    path.write_bytes(frozen)
    said = {p.code: p for p in verify(body).points}
    assert "differs from what was frozen at byte 40" in said["kept-snapshot"].sentence
    path.unlink()
    assert codes(body)["kept-snapshot"] is False


@pytest.mark.usefixtures("here")
def test_a_ledger_whose_tail_was_cut_is_named(world) -> None:
    made = signed(world, seats=1)
    body = read_bytes(newest_file(made).digest)
    with unprotected():
        last = Position.objects.order_by("-index").values_list("index", flat=True)[3]
        Position.objects.filter(index__gt=last).delete()
    said = {p.code: p for p in verify(body).points}
    assert said["ledger"].holds is False
    assert "3 events at its end are missing" in said["ledger"].sentence


@pytest.mark.usefixtures("here")
def test_what_changed_since_is_told_only_to_who_may_see_the_report(world) -> None:
    made = signable(world)
    body = read_bytes(made.file_digest)
    assert verify(body, by=world.stranger).report is None
    assert "changes" not in codes(body, by=world.stranger)
    target = system(world)
    base = {"purpose": target.purpose}
    values = {"purpose": "Another purpose"}
    edit_system(by=world.engineer, system=target, base=base, values=values)
    said = {p.code: p for p in verify(body, by=world.auditor).points}
    assert said["changes"].sentence == "Changed in the records since then: system."


@pytest.mark.usefixtures("here")
def test_a_file_of_nobody_is_not_called_good(world) -> None:
    found = verify(b"no pdf at all", by=world.engineer)
    assert not found.holds
    assert {p.code for p in found.points} == {"file", "readable"}


def certificate(folder, days: int):
    """A PKCS#12 file whose certificate ends `days` from now."""
    key, now = ec.generate_private_key(ec.SECP256R1()), timezone.now()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Acme Bank")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = (
        builder.public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(now + dt.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    path = folder / "seal.p12"
    with_key = pkcs12.serialize_key_and_certificates(
        b"seal", key, made, None, BestAvailableEncryption(b"word")
    )
    path.write_bytes(with_key)
    return path


@pytest.mark.parametrize(
    ("days", "passphrase", "says"),
    [(-1, "word", "expired on"), (90, "other", "that this passphrase opens")],
)
def test_a_certificate_that_cannot_sign_fails_the_job_with_a_sentence_and_may_be_tried_again(
    world, settings, tmp_path, days, passphrase, says
) -> None:
    made = signable(world)
    settings.REPORT_SEAL_FILE = str(certificate(tmp_path, days))
    settings.REPORT_SEAL_PASSPHRASE = passphrase
    sign(world, made, "officer", "assessor")
    run_all()
    one = SignOff.objects.select_related("job").get()
    assert (one.job.state, one.file_digest) == ("failed", "")
    assert says in one.job.error
    settings.REPORT_SEAL_FILE, settings.REPORT_SEAL_PASSPHRASE = "", ""
    sign(world, made, "officer", "assessor")
    run_all()
    assert SignOff.objects.get().file_digest


def test_the_pages_ask_for_the_password_and_show_whose_turn_it_is(world) -> None:
    made = signable(world)
    url = reverse("reports:report-sign", kwargs={"pk": made.pk})
    client = world.client(world.officer)
    assert client.post(url, {"password": "wrong"}).status_code == 422
    assert client.post(url, {"password": PASSWORD}).status_code == 303
    run_all()
    html = world.client(world.approver).get(made.get_absolute_url()).content.decode()
    assert "Sign as reviewer" in html
    assert newest_file(made).digest in html
    assert "Sign as" not in client.get(made.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("here")
def test_anybody_logged_in_may_bring_a_file_by_page_and_program(world) -> None:
    made = signable(world)
    body = read_bytes(made.file_digest)
    page = world.client(world.stranger).post(
        reverse("reports:report-verify"), {"file": io.BytesIO(body)}
    )
    html = page.content.decode()
    assert "Everything that can be checked here holds." in html
    assert made.get_absolute_url() not in html
    sent = world.api(world.auditor).post(
        reverse("api:report-verify"), {"file": io.BytesIO(body)}, format="multipart"
    )
    assert sent.json()["holds"] is True
    assert sent.json()["report"] == made.pk


@pytest.mark.usefixtures("here")
def test_the_command_says_it_and_its_status_is_the_verdict(world, tmp_path, capsys) -> None:
    made = signable(world)
    path = tmp_path / "report.pdf"
    path.write_bytes(read_bytes(made.file_digest))
    call_command("verify_report", path)
    assert "holds  ledger:" in capsys.readouterr().out
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CommandError, match="Do not rely on this file"):
        call_command("verify_report", path)
