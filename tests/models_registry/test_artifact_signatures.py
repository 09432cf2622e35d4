"""Signatures hold for exactly the files that were signed."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jobs.testing import run_all
from ledger.errors import Refused
from models_registry.actions import submit_version
from models_registry.actions.signatures import add_signature, key_fingerprint
from models_registry.models import Signature
from models_registry.scanning import signatures
from models_registry.scanning.signature_child import answer
from models_registry.scanning.signatures import verify
from tests.builders.artifacts import WEIGHTS, Signer, add, artifact, public_key
from tests.builders.models_registry import version

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
FILES = {"weights/model.safetensors": WEIGHTS, "config.json": b"{}"}


def test_a_signature_over_the_stored_files_is_verified_and_shown(world, tmp_path):
    held, signer = version(world), Signer(tmp_path)
    for path, data in FILES.items():
        add(world, held, path, data)
    submit_version(by=world.engineer, version=held)
    url = reverse("models_registry:signature-add", kwargs={"pk": held.pk})
    sent = {
        "bundle": SimpleUploadedFile("model.sig", signer.sign(FILES)),
        "key": SimpleUploadedFile("key.pub", signer.public),
    }
    client = world.client(world.engineer)
    assert client.post(url, sent).status_code == 303
    waiting = Signature.objects.get()
    assert waiting.verdict == "unverified"
    run_all()
    made = Signature.objects.get()
    assert (made.verdict, made.detail) == ("verified", "")
    assert made.artifact_set_digest == held.artifact_set_digest
    assert made.key_fingerprint == key_fingerprint(signer.public)
    assert "Verified" in client.get(f"{held.get_absolute_url()}?tab=files").text


@pytest.fixture
def answered_here(monkeypatch):
    """The library is asked in this process; the test above starts the child."""
    monkeypatch.setattr(
        signatures, "ask", lambda _m, asked, _l, tick: answer(Path(asked["folder"]))
    )


def kept(tmp_path, files):
    folder = tmp_path / "kept"
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return [(path, folder / path) for path in files]


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({**FILES, "config.json": b"[]"}, "mismatch"),
        ({**FILES, "more.bin": b"x"}, "Extra"),
        ({"config.json": b"{}"}, "Missing"),
    ],
    ids=["changed", "added", "missing"],
)
def test_a_changed_an_added_and_a_missing_file_fail(tmp_path, files, word, answered_here):
    signer = Signer(tmp_path)
    bundle = signer.sign(FILES)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    said = verify(kept(tmp_path, files), bundle=bundle, key=signer.public, scratch=scratch)
    assert said.verdict == "failed"
    assert word in said.detail
    assert not list(scratch.iterdir())


def test_another_key_and_a_foreign_bundle_fail(tmp_path, answered_here):
    signer, files = Signer(tmp_path), kept(tmp_path, FILES)
    bundle = signer.sign(FILES)
    for wrong, key in ((bundle, public_key()), (b"{}", signer.public)):
        assert verify(files, bundle=wrong, key=key, scratch=tmp_path).verdict == "failed"


def test_what_is_no_key_or_no_bundle_is_refused_with_its_field(world):
    held = artifact(world).model_version
    with pytest.raises(Refused) as refused:
        add_signature(by=world.engineer, version=held, bundle=b"{}", key=b"-----BEGIN")
    assert refused.value.field == "key"
    for bundle in (b"", b"[]", b"[" * 100_000, b"\xff"):
        with pytest.raises(Refused) as refused:
            add_signature(by=world.engineer, version=held, bundle=bundle, key=public_key())
        assert refused.value.field == "bundle"


def test_files_that_changed_since_leave_the_signature_unverified(world, tmp_path):
    held, signer = version(world), Signer(tmp_path)
    add(world, held, "config.json", b"{}")
    bundle = signer.sign({"config.json": b"{}"})
    made = add_signature(by=world.engineer, version=held, bundle=bundle, key=signer.public)
    add(world, held, "more.json", b"{}")
    run_all()
    made.refresh_from_db()
    assert (made.verdict, made.detail) == ("unverified", "The files changed since.")


def test_without_the_extra_a_signature_stays_unverified_and_the_page_says_what_to_install(
    world, tmp_path, monkeypatch
):
    blocked = tmp_path / "site-packages" / "model_signing"
    blocked.mkdir(parents=True)
    (blocked / "__init__.py").write_text("raise ImportError('not installed here')\n")
    # Children look for libraries where this process does, so they find the blocked one first.
    monkeypatch.syspath_prepend(str(blocked.parent))
    held, signer = version(world), Signer(tmp_path)
    add(world, held, "config.json", b"{}")
    bundle = signer.sign({"config.json": b"{}"})
    made = add_signature(by=world.engineer, version=held, bundle=bundle, key=signer.public)
    run_all()
    made.refresh_from_db()
    assert made.verdict == "unverified"
    page = world.client(world.auditor).get(f"{held.get_absolute_url()}?tab=files").text
    assert "install assay[signing]" in page
    assert "Not verified" in page
