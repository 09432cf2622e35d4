"""Files of versions: digests, scans, waivers; on the pages and over the API."""

import datetime as dt
import io
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from jobs.models import Job
from jobs.testing import run_all
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from ledger.models import Event, writing
from models_registry.actions import submit_version
from models_registry.actions.artifacts import (
    artifact_set_digest,
    plain_path,
    register_artifact,
    remove_artifact,
    request_scan,
    rescan_outdated,
)
from models_registry.actions.waivers import end_waiver
from models_registry.models import Artifact, ScanWaiver
from models_registry.queries.artifacts import artifacts_of, unaccepted
from models_registry.scanning import registry
from tests.builders.artifact_files import SYSTEM
from tests.builders.artifacts import WEIGHTS, add, artifact, flagged, scanned, waive, waiver
from tests.builders.models_registry import version

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_a_file_is_kept_by_its_digest_and_scanned_by_a_job(world):
    held = version(world)
    made = add(world, held, "weights/model.safetensors", WEIGHTS)
    assert made.digest == sha256_hex(WEIGHTS)
    assert made.verdict == "unscanned"
    assert run_all() == 1
    made.refresh_from_db()
    assert (made.format, made.loading, made.verdict) == ("safetensors", "data", "clean")
    assert made.scans.get().scanner == "structure"


def test_the_digest_of_the_set_follows_every_change_and_ignores_the_order(world):
    held = version(world)
    first = add(world, held, "b.bin", b"b")
    add(world, held, "a.bin", b"a")
    files = [("a.bin", sha256_hex(b"a")), ("b.bin", sha256_hex(b"b"))]
    assert (
        held.artifact_set_digest == artifact_set_digest(files) == artifact_set_digest(files[::-1])
    )
    remove_artifact(by=world.engineer, artifact=first)
    held.refresh_from_db()
    assert held.artifact_set_digest == artifact_set_digest(files[:1])
    assert artifact_set_digest([]) == ""


def test_the_digest_of_the_set_is_of_canonical_json():
    text = '[{"path":"a","sha256":"00"}]'
    assert artifact_set_digest([("a", "00")]) == sha256_hex(text.encode())


def test_a_frozen_version_keeps_its_files_and_is_scanned_and_waived_all_the_same(world):
    held = version(world)
    made = scanned(world, held, "model.pkl", SYSTEM)
    held.refresh_from_db()
    submit_version(by=world.engineer, version=held)
    with pytest.raises(Refused, match="frozen"):
        add(world, held, "more.bin", b"x")
    with pytest.raises(Refused, match="frozen"):
        remove_artifact(by=world.engineer, artifact=made)
    request_scan(by=world.engineer, artifact=made)
    run_all()
    assert made.scans.count() == 4
    assert waive(world, made).pk


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", "./a", "a\\b", "C:x", "a\x00b", "a\nb",
     "a\u202eb", " a", "a/ /b", "a" * 501, "a/"],
)  # fmt: skip
def test_a_suspicious_path_is_refused(path):
    with pytest.raises(Refused) as refused:
        plain_path(path)
    assert refused.value.field == "path"


def test_a_path_is_taken_once_whatever_its_case(world):
    held = version(world)
    add(world, held, "model.bin", b"x")
    with pytest.raises(Refused, match="already"):
        add(world, held, "Model.BIN", b"y")


def test_a_file_above_the_limit_is_refused_and_leaves_no_artifact(world, settings):
    settings.ASSAY_ARTIFACT_LIMIT = 10
    with pytest.raises(Refused, match="larger"):
        add(world, version(world), "big.bin", b"x" * 11)
    assert not Artifact.objects.exists()


def test_a_file_known_by_digest_only_is_never_scanned_or_clean(world):
    made = register_artifact(
        by=world.engineer, version=version(world), path="w.bin", role="weights",
        digest="SHA256:" + "AB" * 32, uri="s3://bucket/w.bin", size=7,
    )  # fmt: skip
    assert (made.digest, made.verdict, made.file_id) == ("ab" * 32, "unscanned", None)
    with pytest.raises(Refused, match="digest only"):
        request_scan(by=world.engineer, artifact=made)
    with pytest.raises(Refused, match="SHA-256"):
        register_artifact(
            by=world.engineer, version=version(world), path="v.bin", role="other", digest="xyz"
        )


def test_only_those_who_register_versions_change_files(world):
    for person in (world.approver, world.auditor, world.stranger):
        with pytest.raises(PermissionDenied):
            add(world, version(world), "x.bin", b"x", by=person)


def test_scanning_twice_gives_two_results_and_asking_twice_one_job(world):
    made = scanned(world, version(world), "m.safetensors", WEIGHTS)
    first = request_scan(by=world.engineer, artifact=made)
    assert request_scan(by=world.owner, artifact=made) == first
    run_all()
    assert made.scans.count() == 2


def test_a_file_that_was_removed_before_its_scan_hurts_no_job(world):
    made = add(world, version(world), "m.safetensors", WEIGHTS)
    remove_artifact(by=world.engineer, artifact=made)
    run_all()
    assert Job.objects.get(kind="models_registry.scan").state == "done"


def test_new_rules_have_every_file_scanned_again(world, monkeypatch):
    made = scanned(world, version(world), "m.safetensors", WEIGHTS)
    service = User.objects.service()
    assert rescan_outdated(by=service) == 0
    monkeypatch.setattr(registry.scanners()[2], "rules", "next", raising=False)
    registry.rules_version.cache_clear()
    try:
        assert rescan_outdated(by=service) == 1
        run_all()
        assert made.scans.count() == 2
        assert rescan_outdated(by=service) == 0
    finally:
        monkeypatch.undo()
        registry.rules_version.cache_clear()


def test_a_file_whose_bytes_are_gone_says_so_and_is_scanned_once_they_are_back(world, settings):
    made, service = add(world, version(world), "m.safetensors", WEIGHTS), User.objects.service()
    path = settings.MEDIA_ROOT / made.digest[:2] / made.digest
    path.unlink()
    run_all()
    (said,) = made.scans.all()
    assert (said.scanner, said.verdict) == ("vault", "error")
    assert "Restore them from a backup" in said.detail
    assert str(settings.MEDIA_ROOT) not in said.detail
    page = world.client(world.engineer).get(made.get_absolute_url()).text
    assert "The stored bytes are gone." in page
    assert rescan_outdated(by=service) == 0
    path.write_bytes(WEIGHTS)
    assert rescan_outdated(by=service) == 1
    run_all()
    made.refresh_from_db()
    assert made.verdict == "clean"
    assert rescan_outdated(by=service) == 0


def test_a_scan_that_was_given_up_is_not_asked_for_again_under_the_same_rules(world):
    made, service = add(world, version(world), "m.safetensors", WEIGHTS), User.objects.service()
    Job.objects.update(state="failed", error="This took too long and was stopped.")
    assert rescan_outdated(by=service) == 0
    page = world.client(world.engineer).get(made.get_absolute_url()).text
    assert "This took too long" in page
    Job.objects.update(arguments={"artifact": made.pk, "rules": "@older"})
    assert rescan_outdated(by=service) == 1


def test_a_waiver_holds_for_the_digest_until_its_end(world):
    made = flagged(world)
    held = made.model_version
    assert [a.path for a in unaccepted(held)] == ["model.pkl"]
    granted = waiver(world)
    assert unaccepted(held) == []
    with pytest.raises(Refused, match="holds"):
        waive(world, made)
    end_waiver(by=world.approver, waiver=granted, reason="A safe file came.")
    assert len(unaccepted(held)) == 1
    with pytest.raises(Refused, match="ended"):
        end_waiver(by=world.approver, waiver=granted, reason="Again.")
    event = Event.objects.get(action="models_registry.waiver.ended")
    assert event.reason == "A safe file came."


def _write(rows, **values):
    """Time passes; no action of the registry writes such values."""
    token = writing.set(True)
    try:
        rows.update(version=F("version") + 1, **values)
    finally:
        writing.reset(token)


def test_an_expired_waiver_and_one_of_other_bytes_count_as_none(world):
    granted = waiver(world)
    held = flagged(world).model_version
    rows = ScanWaiver.objects.filter(pk=granted.pk)
    _write(rows, expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert artifacts_of(held)[0].waiver is None
    _write(rows, expires_at=timezone.now() + dt.timedelta(days=1), digest="0" * 64)
    assert artifacts_of(held)[0].waiver is None


@pytest.mark.parametrize("days", [-1, 181])
def test_a_waiver_ends_within_180_days(world, days):
    with pytest.raises(Refused, match="180"):
        waive(world, flagged(world), expires_at=timezone.now() + dt.timedelta(days=days))


def test_only_approvers_waive_and_never_a_clean_file(world):
    for person in (world.engineer, world.owner, world.officer, world.auditor):
        with pytest.raises(PermissionDenied):
            waive(world, flagged(world), by=person)
    clean = scanned(world, version(world), "m.safetensors", WEIGHTS)
    with pytest.raises(Refused, match="no waiver"):
        waive(world, clean)


def test_the_page_walks_from_upload_over_findings_to_a_waiver_and_its_end(world):
    held = version(world)
    engineer, approver = world.client(world.engineer), world.client(world.approver)
    add_url = reverse("models_registry:artifact-add", kwargs={"pk": held.pk})
    sent = {"role": "weights", "file": SimpleUploadedFile("model.pkl", SYSTEM)}
    page = engineer.post(add_url, sent)
    assert page.status_code == 303
    run_all()
    made = Artifact.objects.get()
    shown = engineer.get(made.get_absolute_url()).content.decode()
    assert "Loading imports os.system" in shown
    assert "Grant waiver" not in shown
    until = (timezone.now() + dt.timedelta(days=180)).date()
    waive_url = reverse("models_registry:artifact-waive", kwargs={"pk": made.pk})
    words = {"reason": "No other format.", "control": "Sandbox.", "until": until.isoformat()}
    late = {**words, "until": (until + dt.timedelta(days=2)).isoformat()}
    assert approver.post(waive_url, late).status_code == 422
    assert approver.post(waive_url, words).status_code == 303
    files_url = held.get_absolute_url() + "?tab=files"
    section = engineer.get(files_url).content.decode()
    assert "model.pkl" in section
    assert "until " in section
    end_url = reverse("models_registry:waiver-end", kwargs={"pk": ScanWaiver.objects.get().pk})
    assert approver.post(end_url, {"reason": "Replaced."}).status_code == 303
    assert "neither clean nor covered" in engineer.get(files_url).content.decode()


def test_the_form_wants_either_a_file_or_a_digest(world):
    url = reverse("models_registry:artifact-add", kwargs={"pk": version(world).pk})
    client = world.client(world.engineer)
    assert client.post(url, {"role": "weights", "path": "a"}).status_code == 422
    answer = client.post(url, {"role": "weights", "path": "a", "digest": "0" * 64})
    assert answer.status_code == 303
    bad = client.post(url, {"role": "weights", "path": "../b", "digest": "0" * 64})
    assert bad.status_code == 422


def test_a_download_is_an_attachment_and_stands_in_the_custody(world):
    made = artifact(world)
    url = reverse("models_registry:artifact-content", kwargs={"pk": made.pk})
    answer = world.client(world.auditor).get(url)
    assert b"".join(answer.streaming_content) == WEIGHTS
    assert answer["Content-Disposition"] == 'attachment; filename="model.safetensors"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer["Content-Security-Policy"]
    page = world.client(world.engineer).get(made.get_absolute_url()).content.decode()
    assert "Downloaded" in page


def test_the_api_uploads_scans_waives_and_removes_with_if_match(world):
    held, api = version(world), world.api(world.engineer)
    fields = {"model_version": held.pk, "path": "m.pkl", "role": "weights"}

    def post(tag):
        file = io.BytesIO(SYSTEM)
        file.name = "m.pkl"
        return api.post(
            "/api/v1/artifacts/", {**fields, "file": file}, format="multipart",
            **({"HTTP_IF_MATCH": tag} if tag else {}),
        )  # fmt: skip

    assert post("").status_code == 428
    assert post('"1-99"').status_code == 412
    made = post(f'"{held.pk}-{held.version}"')
    assert made.status_code == 201, made.content
    run_all()
    url = f"/api/v1/artifacts/{made.json()['id']}/"
    shown = api.get(url)
    assert shown.json()["verdict"] == "findings"
    assert {scan["scanner"] for scan in api.get(f"{url}scans/").json()} == {
        "picklescan", "pickle-imports",
    }  # fmt: skip
    assert api.post(f"{url}scan/", HTTP_IF_MATCH=shown["ETag"]).status_code == 202
    words = {
        "reason": "None other.", "control": "Sandbox.",
        "expires_at": (timezone.now() + dt.timedelta(days=9)).isoformat(),
    }  # fmt: skip
    approver = world.api(world.approver)
    granted = approver.post(f"{url}waive/", words, HTTP_IF_MATCH=shown["ETag"])
    assert granted.status_code == 201, granted.content
    ended = approver.post(
        f"/api/v1/waivers/{granted.json()['id']}/end/", {"reason": "Gone."},
        HTTP_IF_MATCH=f'"{granted.json()["id"]}-{granted.json()["version"]}"',
    )  # fmt: skip
    assert ended.json()["ended_at"]
    run_all()
    tag = api.get(url)["ETag"]
    assert api.delete(url, HTTP_IF_MATCH=tag).status_code == 204
    assert not Artifact.objects.exists()


def test_the_version_page_asks_as_often_for_one_file_as_for_many(
    world, django_assert_max_num_queries
):
    held, client = version(world), world.client(world.engineer)
    counts = []
    for name in ("a", "b", "c", "d", "e"):
        add(world, held, f"{name}.bin", name.encode())
        with django_assert_max_num_queries(40) as queries:
            client.get(held.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_findings_are_bounded_printable_text(world):
    many = b"".join(b"cmod\nname%d\n" % n for n in range(300))
    made = scanned(world, version(world), "m.pkl", b"\x80\x02(" + many + b"t.")
    result = made.scans.get(scanner="pickle-imports")
    assert len(result.findings) == 100
    assert "further findings" in result.detail
    assert json.dumps(result.findings).isprintable()
